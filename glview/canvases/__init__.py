"""Where contexts and events come from: Qt, glfw, and EGL without a display."""
