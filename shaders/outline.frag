#version 330 core

// A line between two dark casings, so that it is seen on any picture.
in vec2 place;
in vec2 s;
flat in vec2 size;
flat in vec4 paint;
flat in vec2 stroke_px;
layout(location = 0) out vec4 color_out;

uniform float line_px;
uniform vec4 clip;                      // x0 y0 x1 y1 in screen pixels

const float CASING = 0.5;

void main()
{
    vec2 from_edge = min(place, size - place);
    float from_middle = abs(min(from_edge.x, from_edge.y) - stroke_px.x - 1.5 * line_px);
    float line = clamp(0.5 + 0.5 * line_px - from_middle, 0.0, 1.0);
    float along = from_edge.x < from_edge.y ? place.y : place.x;
    bool beside = any(lessThan(s, clip.xy)) || any(greaterThan(s, clip.zw));
    bool gap = beside || (stroke_px.y > 0.0 && fract(along / (2.0 * stroke_px.y)) >= 0.5);
    color_out = gap ? vec4(0.0)
                    : mix(vec4(0.0, 0.0, 0.0, CASING), vec4(paint.rgb, 1.0), line) * paint.a;
}
