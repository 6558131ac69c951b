/**
 * The address of the planner, which depends on the stage and on the domain. The Lambda function that serves index.html
 * writes it into <base>.
 */
const planner = new URL(".", document.baseURI);

/** The path of the planner without a slash at its end, such as `/prod/planner`. */
export const plannerPath = planner.pathname.replace(/\/$/, "");

/** The address of the API's root, of which the planner is a part. */
export const apiBase = new URL("..", planner).href.replace(/\/$/, "");
