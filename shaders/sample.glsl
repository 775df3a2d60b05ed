// The data of one tile under a fragment.

// In texels from the tile's corner, so that fractions keep their bits wherever it lies in the atlas:
flat in vec2 start;        // where gl_FragCoord counts from
flat in vec4 per_pixel;    // matrix rows
flat in vec4 limits;       // how far the filter may look: x0 y0 x1 y1
flat in vec4 box;          // width; 1 / width
flat in vec2 corner;
flat in vec2 atlas_size;
flat in int atlas_layer;
flat in float weight;

uniform sampler2DArray atlas;

vec4 tile_data(int group)
{
    // From the fragment's own position, not from interpolation: exact at 1:1, steady at any zoom.
    vec2 at = start + turned(per_pixel, gl_FragCoord.xy);
    float layer = float(atlas_layer + group);
#ifdef NEAREST
    at = clamp(floor(at), limits.xy, limits.zw);
    return texelFetch(atlas, ivec3(corner + at, layer), 0);
#else
    at = clamp(at, limits.xy, limits.zw);
#ifdef MAGNIFIED
    // The box is one texel wide: bilinear interpolation.
    return textureLod(atlas, vec3((corner + at) / atlas_size, layer), 0.0);
#else
    return box_average(atlas, corner, layer, at, box.xy, box.zw, atlas_size);
#endif
#endif
}
