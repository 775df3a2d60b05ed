// The exact area average of a box over texels, in two bilinear fetches an axis.
//
// A box 1 to 3 texels wide meets at most four texels. Their area weights w0..w3 fold into two
// bilinear fetches: one between the first pair at w1/(w0+w1), one between the second pair.
// Where the box begins is given from the tile's own corner, so that the fraction keeps all its bits,
// and the slot's corner as whole texels. Up to two texels wide it meets three: w3 is nothing.

vec4 box_average(sampler2DArray atlas, vec2 corner, float layer, vec2 begin, vec2 width,
                 vec2 per_width, vec2 size)
{
    vec2 whole = floor(begin);
    vec2 w0 = 1.0 - (begin - whole);
    vec2 near = min(width, w0 + 1.0);          // w0 + w1
    vec2 from = corner + whole;
    vec2 p = from + 1.5 - w0 / near;           // 0.5 + w1 / near
    vec2 q = from + 2.5;
#ifdef WIDE
    vec2 far = width - near;                   // w2 + w3
    q += max(far - 1.0, 0.0) / max(far, 1e-6);
#endif
    p /= size;
    q /= size;
    vec2 first = near * per_width;
    vec2 second = 1.0 - first;
    return first.y * (first.x * textureLod(atlas, vec3(p, layer), 0.0)
                      + second.x * textureLod(atlas, vec3(q.x, p.y, layer), 0.0))
         + second.y * (first.x * textureLod(atlas, vec3(p.x, q.y, layer), 0.0)
                       + second.x * textureLod(atlas, vec3(q, layer), 0.0));
}
