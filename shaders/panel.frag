#version 330 core

// A picture that stands on the image (help, messages), premultiplied.
in vec2 uv;
in vec2 s;
layout(location = 0) out vec4 color_out;

uniform sampler2D panel;

void main()
{
    color_out = textureLod(panel, uv, 0.0);
}
