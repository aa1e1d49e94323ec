/** Small line drawings on buttons, on a 16 by 16 grid; what they mean stands beside them or in the button's name. */

export const SIGNS = {
  attempts: "M13 8a5 5 0 1 1-1.6-3.7M13.2 1.8v3h-3",
  close: "M3.5 3.5l9 9M12.5 3.5l-9 9",
  command: "M2 3h12v10H2zM4.5 6l2 2-2 2M8 10.5h3.5",
  copy: "M6 5.5h7.5v8H6zM3 10.5h-.5v-8H10V3",
  details: "M2 3h12v10H2zM10 3v10",
  dot: "M8 6.6a1.4 1.4 0 1 0 0 2.8 1.4 1.4 0 1 0 0-2.8z",
  down: "M3.5 6L8 10.5 12.5 6",
  failed: "M5.3 1.5h5.4l3.8 3.8v5.4l-3.8 3.8H5.3l-3.8-3.8V5.3zM5.5 5.5l5 5M10.5 5.5l-5 5",
  file: "M9 1.8H3.8v12.4h8.4V5zM9 1.8V5h3.2",
  help: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 1 0 0-13zM6.2 6.2a1.8 1.8 0 1 1 2.5 1.7c-.5.2-.7.6-.7 1.2M8 11v.6",
  info: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 1 0 0-13zM8 7.2v4M8 4.8v.6",
  levels: "M2.5 3.5h11M5 8h8.5M7.5 12.5h6",
  loop: "M4.5 4h6.5a3 3 0 0 1 0 8H5a3 3 0 0 1-3-3M6.5 2l-2 2 2 2",
  minus: "M3.5 8h9",
  next: "M6 3.5L10.5 8 6 12.5",
  people: "M5.5 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 1 0 0 5zM1.5 13.5c0-2.2 1.8-3.7 4-3.7s4 1.5 4 3.7M10.5 3.2a2.4 2.4 0 0 1 0 4.6M11.5 9.9c1.8.2 3 1.6 3 3.6",
  plus: "M8 3.5v9M3.5 8h9",
  proven: "M8 1.7l5.5 2v4.1c0 3.2-2.3 5.2-5.5 6.5-3.2-1.3-5.5-3.3-5.5-6.5V3.7zM5.3 7.8l2 2 3.4-3.6",
  search: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 1 0 0-9zM10.3 10.3l3.7 3.7",
  sequence: "M4 2v12M12 2v12M4 5.5h8M9.8 3.6L12 5.5 9.8 7.4M12 10.5H4M6.2 8.6L4 10.5l2.2 1.9",
  share: "M8 10V2.5M5 5l3-3 3 3M3 8.5V13.5h10V8.5",
  side: "M2 3h12v10H2zM6 3v10",
  timeline: "M2 3.5h6M5 8h7M9 12.5h5",
  up: "M3.5 10L8 5.5l4.5 4.5",
  wrap: "M2 4h12M2 8h10a2 2 0 0 1 0 4.4H8.5M10 10.6l-2 1.8 2 1.8M2 12.4h3",
} as const;

export type SignName = keyof typeof SIGNS;
