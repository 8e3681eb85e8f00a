const { default: Sequencer } = require("@jest/test-sequencer");

const waits = ({ path }) => path.endsWith("-engine-test.ts");

/** Tests that wait for engines begin first, the longest of them at the head: what only computes fills the pauses. */
module.exports = class EnginesFirst extends Sequencer {
  async sort(tests) {
    const longestFirst = await super.sort(tests);
    return [...longestFirst.filter(waits), ...longestFirst.filter((test) => !waits(test))];
  }
};
