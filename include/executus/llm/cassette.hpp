// Cassettes: files that hold what models were asked and what they answered, so that a run can be repeated without a
// provider, a key or a cent.
//
// A cassette is text, one JSON object a line; recording appends to it, so a run and its recovery share one. A request
// is what the caller asked for: system prompt, messages, tools, options. Keys and headers never get into it: providers
// add them behind the recording. Of images in requests it has the SHA-256 alone. Everything else that was said is in
// it: the file is made readable for its owner only.
//
// A replay answers a request that equals a recorded one; equal ones in the order of the recording. A request holds its
// conversation so far, so its place in it needs no counting: a run that another process continues goes on in the
// middle. The first request that was not recorded fails for good (cassette.mismatch) and says what differs. Errors of
// models are recorded and come again; text is shown to an observer in one piece.
//
// Threads: all of this from any thread; many runs and processes may record into one file. Errors: what is given a file
// throws Error cassette.io (it cannot be opened) or cassette.malformed, which names the line.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <executus/llm/model.hpp>
#include <executus/llm/resolver.hpp>

namespace executus::llm {

// `model`, every answer and every ModelError appended to `file` before the caller has it. An answer that cannot be
// written down is a permanent ModelError (cassette.io): a recording with a gap is of no use.
[[nodiscard]] std::shared_ptr<Model> recording(std::shared_ptr<Model> model, const std::filesystem::path& file);

// The model of a cassette with that target; empty: its only one. Error cassette.target when there is no such one.
[[nodiscard]] std::shared_ptr<Model> replaying(const std::filesystem::path& file, const std::string& target = {});

// `resolver`, which outlives it, all of its models recorded; so is what their names were resolved to.
[[nodiscard]] std::unique_ptr<ModelResolver> record_all(ModelResolver& resolver, const std::filesystem::path& file);

// The models of a cassette by the names and specs they were resolved by (of several recordings the last counts), with
// the capabilities they had. Other names are an error, cassette.name.
[[nodiscard]] std::unique_ptr<ModelResolver> replay_from(const std::filesystem::path& file);

}  // namespace executus::llm
