// Port: shortens what is sent to the model when it nears the model's context size. What is journaled stays whole.
//
// Absent, or the context size is unknown: nothing is ever shortened. Threads: called on the run's strand, before a
// model call whose estimated size is over the threshold. Exceptions: journaled; the call is made with what there is. An
// attempt, whether it failed or not, is followed by another one when the conversation has grown by a tenth.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <executus/async/task.hpp>
#include <executus/llm/model.hpp>

namespace executus {

struct CompactionRequest {
  llm::Transcript messages = {};                             // the whole conversation
  std::uint32_t compacted = 0;                               // so many of them are in `summary` already
  std::string summary = {};                                  // empty: nothing was compacted yet
  std::shared_ptr<llm::Model> model = {};                    // of the fast tier
  std::shared_ptr<const llm::Attribution> attribution = {};  // for calls of it
};

struct Compaction {
  // So many messages are in `summary` now: more than before, and no result without its call after them. 0: there is
  // nothing to compact.
  std::uint32_t upto = 0;
  std::string summary = {};
  llm::Usage usage = {};
};

class Compactor {
 public:
  virtual ~Compactor() = default;
  [[nodiscard]] virtual Task<Compaction> compact(CompactionRequest request) = 0;
};

// What is sent instead of `messages` when the first `upto` of them are compacted: leading system messages, the summary
// as one user message, the rest.
[[nodiscard]] llm::Transcript compacted_view(const llm::Transcript& messages, std::uint32_t upto,
                                             const std::string& summary);

// A cautious guess of what messages cost: 4 bytes of text a token, a flat price for an image, every other part by the
// size of its stored form.
[[nodiscard]] std::int64_t estimated_tokens(const llm::Transcript& messages);

}  // namespace executus
