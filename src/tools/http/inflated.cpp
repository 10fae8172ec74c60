#include "tools/http/inflated.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include <zlib.h>

#include "base/ascii.hpp"
#include "base/text.hpp"

namespace executus::tools {
namespace {

constexpr std::size_t kUnpackedChunk = 64u << 10;
constexpr int kGzip = 15 + 16;  // windowBits of zlib: a gzip frame
constexpr int kZlib = 15;       // a zlib frame
constexpr int kRaw = -15;       // none, as some servers read "deflate"

struct EndInflate {
  void operator()(z_stream* stream) const { ::inflateEnd(stream); }
};

// Two bytes tell a zlib frame: the method is 8, and they are a multiple of 31.
int frame_of_deflate(std::string_view raw) {
  if (raw.size() < 2) return kZlib;
  auto first = static_cast<unsigned char>(raw[0]), second = static_cast<unsigned char>(raw[1]);
  return (first & 15) == 8 && (first * 256 + second) % 31 == 0 ? kZlib : kRaw;
}

bool another_begins(const z_stream& stream) {  // a gzip file may be several, one behind the other
  return stream.avail_in > 1 && stream.next_in[0] == 0x1f && stream.next_in[1] == 0x8b;
}

// Unpacks a chunk behind `body`. Nothing: there is more.
std::optional<Inflated::End> inflate_chunk(z_stream& stream, std::string& body, int frame) {
  std::string chunk(kUnpackedChunk, '\0');
  stream.next_out = reinterpret_cast<unsigned char*>(chunk.data());
  stream.avail_out = kUnpackedChunk;
  int state = ::inflate(&stream, Z_NO_FLUSH);
  body.append(chunk, 0, kUnpackedChunk - stream.avail_out);
  if (state == Z_STREAM_END && (frame != kGzip || !another_begins(stream))) return Inflated::End::reached;
  if (state == Z_STREAM_END)
    return ::inflateReset(&stream) == Z_OK ? std::nullopt : std::optional(Inflated::End::broken);
  bool all_read = stream.avail_in == 0 && stream.avail_out > 0;
  if (state == Z_BUF_ERROR || (state == Z_OK && all_read)) return Inflated::End::cut;
  return state == Z_OK ? std::nullopt : std::optional(Inflated::End::broken);
}

Inflated inflate_all(std::string_view raw, int frame, std::size_t max_bytes) {
  z_stream stream{};
  if (::inflateInit2(&stream, frame) != Z_OK) return {"", Inflated::End::broken};
  std::unique_ptr<z_stream, EndInflate> owner(&stream);
  stream.next_in = reinterpret_cast<unsigned char*>(const_cast<char*>(raw.data()));  // zlib does not write there
  stream.avail_in = static_cast<unsigned>(raw.size());
  Inflated result;
  std::optional<Inflated::End> end;
  while (!end) {
    end = inflate_chunk(stream, result.body, frame);
    if (result.body.size() > max_bytes) end = Inflated::End::over_limit;
  }
  result.body.resize(std::min(result.body.size(), max_bytes));
  result.end = *end;
  return result;
}

}  // namespace

Inflated inflated(std::string raw, std::string_view encoding, std::size_t max_bytes) {
  auto word = lowered(trim(encoding));
  if (word.empty() || word == "identity" || raw.empty()) return {std::move(raw), Inflated::End::reached};
  if (word == "gzip" || word == "x-gzip") return inflate_all(raw, kGzip, max_bytes);
  if (word == "deflate") return inflate_all(raw, frame_of_deflate(raw), max_bytes);
  return {"", Inflated::End::not_understood};
}

}  // namespace executus::tools
