export const eventsVi = {
  title: 'Sự kiện',
};
