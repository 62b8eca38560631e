// The look page: switches for contrast and zoom, and live contrast ratios.
export {};
