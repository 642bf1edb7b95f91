/// Shown in the footer of the page. Change it, save, and reload the page.
let edition = "rev-1"
