"""All that speaks OpenGL; needs a current context and never makes one."""
