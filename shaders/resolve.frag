#version 330 core
#include "view.glsl"
#include "light.glsl"

// The composite's data to light, in one pass.
layout(location = 0) out vec4 color_out;

uniform sampler2DArray composite;

void main()
{
    ivec2 at = ivec2(gl_FragCoord.xy);
    vec3 light = vec3(0.0);
    float validity = 0.0;
    // A number that compilers know, so that each group's windows are at a known place: llvmpipe took
    // 60 ms for 1600x1000 pixels with a number out of the block.
    for (int group = 0; group < GROUPS; ++group) {
        vec4 data = texelFetch(composite, ivec3(at, group), 0);
        light += group_light(data, group);
        validity = max(validity, data.a);
    }
    color_out = over_background(mapped(light, validity), validity,
                                outline_coverage(s_from_middle(gl_FragCoord)));
}
