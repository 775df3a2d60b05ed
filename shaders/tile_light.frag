#version 330 core
#include "view.glsl"
#include "box.glsl"
#include "sample.glsl"
#include "light.glsl"

// Straight to the target. Where data is light as it is, levels can be blended there, too: the second
// colour is for that, as in tile_data.frag.
layout(location = 0, index = 0) out vec4 color_out;
layout(location = 0, index = 1) out vec4 blend;

void main()
{
    vec4 data = tile_data(0);
    // To the 8 bits that a software renderer blends with: both factors are of one weight then.
    float share = round(weight * 255.0) / 255.0;
    color_out = over_background(mapped(group_light(data, 0), data.a), data.a,
                                outline_coverage(s_from_middle(gl_FragCoord))) * share;
    blend = vec4(share);
}
