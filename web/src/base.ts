/**
 * The address of the planner, which depends on the stage and on the domain. The Lambda function that serves index.html
 * writes it into <base>.
 */
const planner = new URL(".", document.baseURI);

/** The path of the planner without a slash at its end, such as `/prod/planner`. */
export const plannerPath = planner.pathname.replace(/\/$/, "");

/** The root address of the API, which also serves the planner. */
export const apiBase = new URL("..", planner).href.replace(/\/$/, "");
