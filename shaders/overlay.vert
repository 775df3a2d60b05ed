#version 330 core

// A rectangle in screen pixels (y down) anywhere, given by its corner and two edges.
uniform vec2 target_size;
uniform vec2 place;
uniform vec4 edges;

out vec2 uv;
out vec2 s;

void main()
{
    uv = vec2(gl_VertexID & 1, (gl_VertexID & 2) >> 1);
    s = place + uv.x * edges.xy + uv.y * edges.zw;
    gl_Position = vec4((2.0 * s / target_size - 1.0) * vec2(1.0, -1.0), 0.0, 1.0);
}
