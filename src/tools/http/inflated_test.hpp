// Packs texts as servers do.
#pragma once

#include <string>

#include <gtest/gtest.h>
#include <zlib.h>

namespace executus::tools {

inline constexpr int kGzipFrame = 31;  // zlib's number for it; 15 and -15 are those of "deflate"

inline std::string packed(const std::string& text, int frame, int level = 9) {
  z_stream stream{};
  EXPECT_EQ(::deflateInit2(&stream, level, Z_DEFLATED, frame, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(::deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<unsigned char*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<unsigned>(text.size());
  stream.next_out = reinterpret_cast<unsigned char*>(out.data());
  stream.avail_out = static_cast<unsigned>(out.size());
  EXPECT_EQ(::deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  ::deflateEnd(&stream);
  return out;
}

}  // namespace executus::tools
