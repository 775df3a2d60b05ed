#version 330 core

void main()
{
    // One triangle that covers the target.
    gl_Position = vec4(vec2((gl_VertexID & 1) * 4 - 1, (gl_VertexID & 2) * 2 - 1), 0.0, 1.0);
}
