#version 330 core

// The mark of a tile that cannot be read: thin diagonal lines and a border, light on dark.
in vec2 uv;
in vec2 s;
layout(location = 0) out vec4 color_out;

uniform vec4 edges;

void main()
{
    float stripe = abs(fract((s.x + s.y) / 16.0) - 0.5) * 16.0;
    vec2 side = vec2(length(edges.xy), length(edges.zw));
    vec2 from_edge = min(uv, 1.0 - uv) * side;
    float line = max(clamp(1.5 - stripe, 0.0, 1.0),
                     clamp(2.0 - min(from_edge.x, from_edge.y), 0.0, 1.0));
    color_out = mix(vec4(0.0, 0.0, 0.0, 0.25), vec4(0.9, 0.45, 0.2, 1.0) * 0.8, line);
}
