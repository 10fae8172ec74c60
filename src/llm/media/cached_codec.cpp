#include "llm/media/cached_codec.hpp"

#include <list>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

#include <executus/base/digest.hpp>

namespace executus::llm::media {
namespace {

// Of an entry besides its result: key, list and table, roughly. So that entries without one are bounded too.
constexpr std::size_t kBookkeeping = 512;

std::string key_of(std::string_view image, const Encoding& how) {
  return sha256_hex(image) + " " + std::string(mime_of(how.format)) + " " + std::to_string(how.quality) + " " +
         std::to_string(how.max_edge);
}

struct CachedResult {
  std::mutex encoding;  // held while the result is made
  std::optional<Result<std::string>> result;
};
using SharedResult = std::shared_ptr<CachedResult>;  // kept by the tasks that wait for it, too

// Results by key, the last used first; that one stays whatever the bound says. Not thread-safe.
class RecentResults {
 public:
  explicit RecentResults(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  SharedResult use(const std::string& key) {
    if (auto known = by_key_.find(key); known != by_key_.end()) {
      rows_.splice(rows_.begin(), rows_, known->second);
    } else {
      rows_.push_front({key, std::make_shared<CachedResult>(), kBookkeeping});
      by_key_[key] = rows_.begin();
      bytes_ += kBookkeeping;
      make_room();
    }
    return rows_.front().result;
  }

  // The result of `key` takes `bytes` now, as far as it is `result` still.
  void grow(const std::string& key, const SharedResult& result, std::size_t bytes) {
    auto known = by_key_.find(key);
    if (known == by_key_.end() || known->second->result != result) return;
    known->second->bytes += bytes;
    bytes_ += bytes;
    if (known->second->bytes > max_bytes_)
      drop(known->second);
    else
      make_room();
  }

 private:
  struct Row {
    std::string key;
    SharedResult result;
    std::size_t bytes;
  };
  using Place = std::list<Row>::iterator;

  void make_room() {
    while (bytes_ > max_bytes_ && rows_.size() > 1) drop(std::prev(rows_.end()));
  }
  void drop(Place row) {
    bytes_ -= row->bytes;
    by_key_.erase(row->key);
    rows_.erase(row);
  }

  const std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  std::list<Row> rows_;
  std::unordered_map<std::string, Place> by_key_;
};

class CachedCodec final : public ImageCodec {
 public:
  CachedCodec(std::unique_ptr<ImageCodec> codec, std::size_t max_bytes)
      : codec_(std::move(codec)), results_(max_bytes) {}

  Result<std::string> encode(std::string_view image, const Encoding& how) override {
    const auto key = key_of(image, how);
    auto cached = use(key);
    std::lock_guard lock(cached->encoding);
    if (!cached->result) {
      auto encoded = codec_->encode(image, how);
      if (!encoded && encoded.error().code() != "media.unreadable") return encoded;
      cached->result = std::move(encoded);
      keep(key, cached);
    }
    return *cached->result;
  }

 private:
  SharedResult use(const std::string& key) {
    std::lock_guard lock(mutex_);
    return results_.use(key);
  }
  void keep(const std::string& key, const SharedResult& cached) {
    std::lock_guard lock(mutex_);
    results_.grow(key, cached, *cached->result ? (*cached->result)->size() : 0);
  }

  std::unique_ptr<ImageCodec> codec_;
  std::mutex mutex_;  // of results_; never held while encoding
  RecentResults results_;
};

}  // namespace

std::unique_ptr<ImageCodec> make_cached_codec(std::unique_ptr<ImageCodec> codec, std::size_t max_bytes) {
  return std::make_unique<CachedCodec>(std::move(codec), max_bytes);
}

}  // namespace executus::llm::media
