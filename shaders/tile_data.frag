#version 330 core
#include "view.glsl"
#include "box.glsl"
#include "sample.glsl"

// Into the composite: dst = data * weight + dst * (1 - weight) for all four numbers alike,
// which takes a second source colour, because alpha is one of the numbers.
layout(location = 0, index = 0) out vec4 data;
layout(location = 0, index = 1) out vec4 blend;

uniform int group;

void main()
{
    data = tile_data(group) * weight;
    blend = vec4(weight);
}
