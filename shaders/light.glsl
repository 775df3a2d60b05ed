// From data to light: window, gamma, colour, outline, background. One group at a time.

// Adds what one group of up to three values contributes. The data is premultiplied by its validity.
vec3 group_light(vec4 data, int group)
{
    vec3 value = data.a > 0.0 ? data.rgb / data.a : vec3(0.0);
    vec3 share = clamp((value - low[group].xyz) * gain[group].xyz, 0.0, 1.0);
    if (background.a != 1.0)
        share = pow(share, vec3(background.a));
    return share.x * color[3 * group].rgb + share.y * color[3 * group + 1].rgb
         + share.z * color[3 * group + 2].rgb;
}

// Share of this screen pixel that lies on the image: its outline, antialiased.
float outline_coverage(vec2 s_middle)
{
    vec2 i = i_rest.xy + turned(i_from_s, s_middle);
    vec2 pixel = i_rest.zw;
    vec2 inside = min(i + 0.5 * pixel, i_image.zw) - max(i - 0.5 * pixel, i_image.xy);
    vec2 share = clamp(inside / pixel, 0.0, 1.0);
    return share.x * share.y;
}

// Opaque colour over the background: a widget would show what is behind it through alpha.
vec4 over_background(vec3 light, float validity, float coverage)
{
    float share = validity * coverage;
    return vec4(clamp(light, 0.0, 1.0) * share + background.rgb * (1.0 - share), 1.0);
}
