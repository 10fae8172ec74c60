#include <utility>

#include <executus/base/json.hpp>
#include <executus/run/speaking.hpp>
#include <executus/run/stored_run.hpp>

#include "run/record/journal_commands.hpp"
#include "run/record/signal_name.hpp"

namespace executus {
namespace {

Task<Said> post(journal::JournalStore& store, journal::RunRow row, journal::Command command) {
  auto verdict = co_await store.post(row.id, std::move(command));
  if (verdict == journal::PostVerdict::accepted) co_return Said{Said::accepted, row.status};
  auto now = co_await store.find(row.id);
  co_return now ? Said{Said::ended, now->status} : Said{Said::no_such_run};
}

Task<Said> tell(journal::JournalStore& store, RunId id, journal::Command command) {
  auto row = co_await store.find(std::move(id));
  if (!row) co_return Said{Said::no_such_run};
  if (is_terminal(row->status)) co_return Said{Said::ended, row->status};
  if (auto why = co_await given_up(store, *row)) co_return Said{Said::ended, row->status, std::move(why)};
  co_return co_await post(store, std::move(*row), std::move(command));
}

// What the store could not give back is refused.
void check_payload(const journal::Command& signal) {
  auto text = write_json(signal.payload);
  if (text.size() > kMostSignalBytes)
    throw failed("signal.payload", "the payload of the signal has " + std::to_string(text.size()) +
                                       " bytes as JSON, and " + std::to_string(kMostSignalBytes) +
                                       " are taken; put what is large elsewhere, and send where it is");
  if (auto back = parse_json(text); !back)
    throw failed("signal.payload", "the payload of the signal cannot be stored: " + back.error().message());
}

// Checked before they are in a transcript, where every later request would have them.
void check_images(const std::vector<llm::Image>& images) {
  std::size_t bytes = 0;
  for (const auto& image : images) {
    if (image.bytes.empty() || image.mime.empty())
      throw failed("steer.images", "an image that is to be said to a run has no bytes, or no type; give both");
    bytes += image.bytes.size();
  }
  if (bytes > kMostSteeredBytes)
    throw failed("steer.images", "the images that are to be said to a run have " + std::to_string(bytes) +
                                     " bytes together, and " + std::to_string(kMostSteeredBytes) +
                                     " are taken; send smaller ones, or one message each");
}

}  // namespace

Task<Said> cancel_run(journal::JournalStore& store, RunId id, std::string reason) {
  auto row = co_await store.find(std::move(id));
  if (!row) co_return Said{Said::no_such_run};
  if (is_terminal(row->status)) co_return Said{Said::ended, row->status};
  co_return co_await post(store, std::move(*row), run::commands::cancel(std::move(reason)));
}

Task<Said> steer_run(journal::JournalStore& store, RunId id, std::string text, std::vector<llm::Image> images) {
  check_images(images);
  co_return co_await tell(store, std::move(id), run::commands::steer(std::move(text), images));
}

Task<Said> signal_run(journal::JournalStore& store, RunId id, std::string name, boost::json::value payload) {
  if (auto problem = run::wrong_signal_name(name)) throw std::move(*problem);
  auto command = run::commands::signal(std::move(name), std::move(payload));
  check_payload(command);
  co_return co_await tell(store, std::move(id), std::move(command));
}

}  // namespace executus
