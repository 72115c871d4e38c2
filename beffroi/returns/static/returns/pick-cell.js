/* A click on a cell of the sheet writes its address in the form that asks about one. */

const field = document.querySelector("[data-picks-cell] [name=cell]");
const sheet = document.querySelector(".sheet");

sheet?.addEventListener("click", (event) => {
  const cell = event.target.closest("td[data-place]");
  if (!cell || !field || event.target.closest("a")) {
    return;
  }
  field.value = cell.dataset.place;
  for (const picked of sheet.querySelectorAll(".picked")) {
    picked.classList.remove("picked");
  }
  cell.classList.add("picked");
});
