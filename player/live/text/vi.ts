export const liveVi = {
  title: 'Trực tiếp',
};
