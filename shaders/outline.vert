#version 330 core

// A border inside a rectangle in screen pixels (y down), turned or not: a closed strip of ten
// vertices around it, one instance a border (glview/gl/outlines.py).
layout(location = 0) in vec2 corner;
layout(location = 1) in vec4 edges;
layout(location = 2) in vec4 color;
layout(location = 3) in vec2 stroke;   // inset and dash, in widths of the line

uniform vec2 target_size;
uniform float line_px;

out vec2 s;                            // screen pixels
out vec2 place;                        // in the rectangle, along its edges, in screen pixels
flat out vec2 size;
flat out vec4 paint;
flat out vec2 stroke_px;

const vec2 AROUND[5] = vec2[](vec2(0, 0), vec2(1, 0), vec2(1, 1), vec2(0, 1), vec2(0, 0));
const float STROKE = 3.0;              // casing, line, casing

void main()
{
    vec2 from = corner, across = edges.xy, down = edges.zw;
    // Upright borders lie on whole pixels: a line between two of them would be seen in either or
    // in none, as rounding has it.
    if (across.x * across.y == 0.0) {
        from = round(corner);
        across = round(corner + edges.xy) - from;
        down = round(corner + edges.zw) - from;
    }
    size = vec2(length(across), length(down));
    stroke_px = stroke * line_px;
    float inset = stroke_px.x + float(gl_VertexID & 1) * STROKE * line_px;
    // Borders that have no room meet in the middle.
    vec2 at = mix(min(vec2(inset), 0.5 * size), max(size - inset, 0.5 * size),
                  AROUND[gl_VertexID / 2]);
    vec2 share = at / max(size, 1e-6);
    s = from + share.x * across + share.y * down;
    gl_Position = vec4((2.0 * s / target_size - 1.0) * vec2(1.0, -1.0), 0.0, 1.0);
    place = at;
    paint = color;
}
