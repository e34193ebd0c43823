/** What the naive school adds; on no directive of ours does it depend. */
export const naiveSchool = `
  type Minor @key(fields: "id") { id: ID! attendance: [Attendance!] visitAsked: Boolean }
  type Attendance { term: String daysAbsent: Int }`;
