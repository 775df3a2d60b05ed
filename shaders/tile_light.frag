#version 330 core
#include "view.glsl"
#include "box.glsl"
#include "sample.glsl"
#include "light.glsl"

// Straight to the target, where each pixel is of one level alone.
layout(location = 0) out vec4 color_out;

void main()
{
    vec4 data = tile_data(0);
    color_out = over_background(group_light(data, 0), data.a,
                                outline_coverage(s_from_middle(gl_FragCoord)));
}
