#include <executus/skillpack/source.hpp>

#include "skillpack/git_source.hpp"
#include "skillpack/tree_reader.hpp"

namespace executus::skillpack {
namespace {

class SourceFetcher final : public Fetcher {
 public:
  SourceFetcher(Git& git, const Clock& clock, Milliseconds time) : git_(git), clock_(clock), time_(time) {}

  // A source may have been stored, and a stored one changed by others.
  Fetched fetch(const Source& source) override {
    if (auto wrong = wrong_with_source(source); !wrong.empty()) throw failed("skillpack.source", wrong);
    if (source.kind == Source::Kind::folder) return {read_tree(source.location), ""};
    return fetch_git(git_, source, clock_, time_);
  }

 private:
  Git& git_;
  const Clock& clock_;
  const Milliseconds time_;
};

}  // namespace

std::unique_ptr<Fetcher> make_fetcher(Git& git, const Clock& clock, Milliseconds time) {
  return std::make_unique<SourceFetcher>(git, clock, time);
}

}  // namespace executus::skillpack
