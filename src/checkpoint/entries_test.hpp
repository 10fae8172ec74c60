// For tests: a run's entries as the kernel numbers them, and a store that remembers its saves and fails on demand.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <executus/checkpoint/memory_snapshots.hpp>
#include <executus/journal/entry.hpp>

namespace executus::checkpoint {

class Entries {
 public:
  explicit Entries(std::uint64_t last_seq = 0) : seq_(last_seq) {}
  std::vector<journal::Entry> operator()(journal::Payload payload) {
    std::vector<journal::Entry> entries;
    entries.push_back({++seq_, WallTime{}, Milliseconds{0}, std::move(payload)});
    return entries;
  }

 private:
  std::uint64_t seq_;
};

inline llm::Message picture_question() {
  auto message = llm::user_message("what is this?");
  message.parts.push_back(llm::Image{"\x89PNG", "image/png"});
  return message;
}

inline journal::Admitted admitted() { return {{}, {}, {picture_question()}}; }

inline journal::Responded responded(std::string text, std::vector<llm::ToolCall> calls = {}) {
  llm::Response response;
  response.message = llm::assistant_message(std::move(text), std::move(calls));
  return {std::move(response)};
}

inline journal::Settled settled(llm::CallPosition call, std::string text) {
  return {call, llm::CallState::done, "", std::move(text), {}};
}

inline std::vector<std::string> texts_of(const llm::Transcript& messages) {
  std::vector<std::string> texts;
  for (const auto& message : messages) {
    std::string text = message.text();
    for (const auto& result : message.tool_results) text += "[" + result.text + "]";
    texts.push_back(std::move(text));
  }
  return texts;
}

class FlakySnapshots final : public SnapshotStore {
 public:
  Task<void> save(RunCheckpoint checkpoint) override {
    ++attempts;
    refuse_when_down();
    saved.push_back(checkpoint);
    co_await records.save(std::move(checkpoint));
  }
  Task<std::optional<RunCheckpoint>> load(RunId run) override { co_return co_await records.load(std::move(run)); }
  Task<void> erase(RunId run) override {
    refuse_when_down();
    if (stops_in_erase) throw Cancelled({Cause::shutdown, "stop"});
    if (keeps_all) throw Error(ErrorKind::failed, "store.stuck", "nothing can be erased");
    co_await records.erase(std::move(run));
  }
  Task<std::vector<RunCheckpoint>> list_interrupted() override { co_return co_await records.list_interrupted(); }

  bool down = false;
  bool keeps_all = false;       // saves, but erases nothing
  bool stops_in_erase = false;  // the process is told to stop meanwhile
  int attempts = 0;
  std::vector<RunCheckpoint> saved;
  MemorySnapshots records;

 private:
  void refuse_when_down() const {
    if (down) throw Error(ErrorKind::disconnected, "store.away", "the store is away");
  }
};

}  // namespace executus::checkpoint
