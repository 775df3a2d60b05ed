// The data of one tile under a fragment.

flat in vec2 l_eye;
flat in vec2 l_size;
flat in vec4 l_from_s_;
flat in vec2 box;
flat in vec2 corner;
flat in int atlas_layer;
flat in float weight;

uniform sampler2DArray atlas;

vec4 tile_data(int group)
{
    // From the fragment's own position, not from interpolation: exact at 1:1, steady at any zoom.
    vec2 l = l_eye + turned(l_from_s_, s_from_middle(gl_FragCoord));
    float layer = float(atlas_layer + group);
#ifdef NEAREST
    vec2 texel = clamp(floor(l), vec2(0.0), l_size - 1.0);
    return texelFetch(atlas, ivec3(corner + texel, layer), 0);
#else
    // Past its own edge by more than the filter reaches, a tile is its last texel repeated.
    float reach = float(choice.y) - 2.0;
    l = clamp(l, vec2(-reach), l_size + reach);
#ifdef MAGNIFIED
    // The box is one texel wide: bilinear interpolation.
    return textureLod(atlas, vec3((corner + l) / vec2(textureSize(atlas, 0).xy), layer), 0.0);
#else
    return box_average(atlas, corner, layer, l, box);
#endif
#endif
}
