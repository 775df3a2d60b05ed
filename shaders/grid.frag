#version 330 core

// Lines between the pixels of a level, and their values written into them: one pass over a finished
// picture. What stands where follows from the fragment's own place, so nothing is sent anew while
// the picture moves (glview/gl/pixel_grid.py).
layout(location = 0) out vec4 color_out;

uniform vec2 target_size;
uniform vec4 l_from_s;         // matrix rows
uniform vec4 s_from_l;         // matrix rows
uniform vec2 rest;             // fraction of the eye in level pixels
uniform ivec4 cells;           // the level x0 y0 x1 y1, relative to the integer eye
uniform vec2 pitch;            // screen pixels per level pixel, by axis
uniform float line_px;

#ifdef TEXT
uniform usampler2D codes;
uniform sampler2D glyphs;
uniform ivec4 written;         // cells that have text x0 y0 x1 y1, relative to the integer eye
uniform ivec4 text;            // characters and lines of a cell; width and height of a character
uniform vec3 colors[4];
#endif

const vec2 LIGHT_AND_DARK = vec2(0.40, 0.45);   // alpha of the lines: one of both shows on any colour
const float HALO = 0.75;

vec2 turned(vec4 rows, vec2 v)
{
    return vec2(dot(rows.xy, v), dot(rows.zw, v));
}

// How much of a pixel whose middle is at d lies in a band from a to b, on an axis in screen pixels.
vec2 covered(vec2 d, vec2 a, vec2 b)
{
    return clamp(min(d + 0.5, b) - max(d - 0.5, a), 0.0, 1.0);
}

float either(vec2 cover)
{
    return max(cover.x, cover.y);
}

void main()
{
    vec2 s = vec2(gl_FragCoord.x, target_size.y - gl_FragCoord.y);
    vec2 l = rest + turned(l_from_s, s - 0.5 * target_size);
    ivec2 cell = ivec2(floor(l));
    // From the edge that the pixel begins with: a light line, and before it a dark one, each whole
    // pixels wide where the picture lies on the pixel grid.
    vec2 d = fract(l) * pitch;
    vec2 size = vec2(line_px);
    float light = either(covered(d, vec2(0.0), size) + covered(d, pitch, pitch + size));
    float dark = either(covered(d, pitch - size, pitch) + covered(d, -size, vec2(0.0)));
    vec2 past = (l - vec2(cells.zw)) * pitch;
    vec2 before = (vec2(cells.xy) - l) * pitch;
    float inside = float(max(max(past.x, past.y) - line_px, max(before.x, before.y) - line_px) < 0.0);
    float alpha = 1.0 - (1.0 - LIGHT_AND_DARK.y * dark) * (1.0 - LIGHT_AND_DARK.x * light);
    color_out = inside * vec4(vec3(LIGHT_AND_DARK.x * light), alpha);
#ifdef TEXT
    if (any(lessThan(cell, written.xy)) || any(greaterThanEqual(cell, written.zw)))
        return;
    // Whole pixels, so that letters are as they were drawn.
    vec2 middle = 0.5 * target_size + turned(s_from_l, vec2(cell) + 0.5 - rest);
    ivec2 corner = ivec2(round(middle - 0.5 * vec2(text.xy * text.zw)));
    ivec2 at = ivec2(floor(s)) - corner;
    if (any(lessThan(at, ivec2(0))) || any(greaterThanEqual(at, text.xy * text.zw)))
        return;
    ivec2 place = at / text.zw;
    int code = int(texelFetch(codes, (cell - written.xy) * text.xy + place, 0).r);
    vec2 glyph = texelFetch(glyphs, ivec2(code * text.z, 0) + at - place * text.zw, 0).rg;
    color_out *= 1.0 - HALO * glyph.g;
    color_out.a += HALO * glyph.g;
    color_out = color_out * (1.0 - glyph.r) + vec4(colors[place.y], 1.0) * glyph.r;
#endif
}
