/** The texts that welcome a new person. */
export const FIRST_RUN = {
  title: "Publish your first post",
  sandbox: "No account is connected yet. Until you connect one, posts go to a sandbox, where nobody else sees them.",
  connect: "Connect an account. Then write a post and choose its time.",
  write: "Write a post in the sandbox first",
  connectAccount: "Connect an account",
} as const;
