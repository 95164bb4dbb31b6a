#include "feeds/pcap/frame.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/core/random.hpp"
#include "tests/support/made_capture.hpp"

namespace tapedeck::feeds::pcap {
namespace {

using test::big16;
using test::ethernet;
using test::ipv4;
using test::ipv6;
using test::udp;
using test::udp_frame;

const std::string kPayload = "what the exchange said";
constexpr std::size_t kIpAt = 14;
constexpr std::size_t kUdpAt = kIpAt + 20;

Frame find(const std::string& frame, u16 link_type = kEthernet, std::size_t cut = 0) {
  return find_udp_payload(link_type, as_bytes_of(frame), static_cast<u32>(frame.size() + cut));
}

void expect_payload(const Frame& frame, const std::string& payload = kPayload) {
  EXPECT_EQ(frame.carries, Carries::payload) << name_of(frame.carries);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(frame.datagram.payload.data()),
                        frame.datagram.payload.size()),
            payload);
}

void expect_none(const Frame& frame, Carries carries) {
  EXPECT_EQ(name_of(frame.carries), name_of(carries));
  EXPECT_TRUE(frame.datagram.payload.empty());
}

TEST(UdpFrame, PlainEthernetCarriesItsPayload) {
  expect_payload(find(udp_frame(kPayload)));
  expect_payload(find(udp_frame("")), "");
}

TEST(UdpFrame, OneOrTwoTagsAreSteppedOverAndAThirdIsNot) {
  const std::string vlan = big16(0x8100) + big16(142);
  const std::string provider = big16(0x88A8) + big16(7);
  const std::string ip = big16(0x0800);
  const std::string packet = ipv4(udp(kPayload));
  expect_payload(find(ethernet(packet, vlan + ip)));
  expect_payload(find(ethernet(packet, provider + vlan + ip)));
  expect_payload(find(ethernet(packet, vlan + vlan + ip)));
  expect_none(find(ethernet(packet, provider + vlan + vlan + ip)), Carries::not_ip);
}

TEST(UdpFrame, OtherLinkTypesCarryTheSamePayload) {
  const std::string packet = ipv4(udp(kPayload));
  expect_payload(find(packet, kRawIp));
  expect_payload(find(packet, kRawIpOld));
  expect_payload(find(ipv6(udp(kPayload)), kRawIp));
  expect_payload(find(std::string(14, '\0') + big16(0x0800) + packet, kLinuxCooked));
  expect_payload(find(big16(0x0800) + std::string(18, '\0') + packet, kLinuxCooked2));
  expect_none(find(packet, 105), Carries::not_ip);
}

TEST(UdpFrame, IpOptionsAreSteppedOver) {
  expect_payload(find(ethernet(ipv4(udp(kPayload), 17, std::string(4, '\1')))));
  expect_payload(find(ethernet(ipv4(udp(kPayload), 17, std::string(40, '\1')))));
}

TEST(UdpFrame, EthernetPaddingIsNoPayload) {
  expect_payload(find(udp_frame("x") + std::string(17, '\0')), "x");
}

TEST(UdpFrame, BytesBehindTheUdpLengthAreNoPayload) {
  std::string datagram = udp(kPayload);
  expect_payload(find(ethernet(ipv4(datagram + "trailer"))));
}

TEST(UdpFrame, OtherProtocolsAreNamed) {
  expect_none(find(ethernet(ipv4(udp(kPayload)), big16(0x0806))), Carries::not_ip);
  expect_none(find(ethernet(ipv4(udp(kPayload)), big16(46))), Carries::not_ip);
  expect_none(find(ethernet(ipv4(udp(kPayload), 6))), Carries::not_udp);
  expect_none(find(ethernet(ipv6(udp(kPayload), 6), big16(0x86DD))), Carries::not_udp);
}

TEST(UdpFrame, Ipv6ExtensionHeadersAreSteppedOver) {
  const std::string ether = big16(0x86DD);
  const std::string hop{"\x3C\0\0\0\0\0\0\0", 8};                                // then options
  const std::string options = std::string{"\x33\1", 2} + std::string(14, '\0');  // then AH
  const std::string authentication = std::string{"\x11\4", 2} + std::string(22, '\0');
  expect_payload(find(ethernet(ipv6(udp(kPayload)), ether)));
  expect_payload(find(ethernet(ipv6(hop + options + authentication + udp(kPayload), 0), ether)));
  const std::string whole_fragment{"\x11\0\0\0\0\0\0\1", 8};
  expect_payload(find(ethernet(ipv6(whole_fragment + udp(kPayload), 44), ether)));
}

TEST(UdpFrame, AChainOfExtensionHeadersEnds) {
  std::string chain;
  for (int i = 0; i < 9; ++i) chain += std::string{"\0\0\0\0\0\0\0\0", 8};
  expect_none(find(ethernet(ipv6(chain, 0), big16(0x86DD))), Carries::not_udp);
}

TEST(UdpFrame, AFirstFragmentGivesItsBeginningAndALaterOneNothing) {
  std::string first = udp_frame(kPayload);
  test::put16(first, kIpAt + 6, 0x2000);
  test::put16(first, kUdpAt + 4, 4'000);
  const Frame frame = find(first);
  EXPECT_EQ(frame.carries, Carries::fragment);
  EXPECT_EQ(frame.datagram.payload.size(), kPayload.size());

  std::string later = udp_frame(kPayload);
  for (const int field : {0x2001, 0x0001, 0x1FFF}) {
    test::put16(later, kIpAt + 6, static_cast<u16>(field));
    expect_none(find(later), Carries::fragment);
  }
  std::string do_not_fragment = udp_frame(kPayload);
  test::put16(do_not_fragment, kIpAt + 6, 0x4000);
  expect_payload(find(do_not_fragment));
}

TEST(UdpFrame, Ipv6FragmentsAreNamedToo) {
  const std::string ether = big16(0x86DD);
  const std::string first{"\x11\0\0\1\0\0\0\1", 8};
  const std::string later{"\x11\0\0\x08\0\0\0\1", 8};
  EXPECT_EQ(find(ethernet(ipv6(first + udp(kPayload), 44), ether)).carries, Carries::fragment);
  expect_none(find(ethernet(ipv6(later + kPayload, 44), ether)), Carries::fragment);
}

TEST(UdpFrame, AUdpLengthIsUsedOnlyIfItFitsThePacket) {
  const std::size_t n = 8 + kPayload.size();
  for (const std::size_t length : {std::size_t{0}, std::size_t{1}, std::size_t{7}, n - 1, n, n + 1,
                                   std::size_t{0x7FFF}, std::size_t{0xFFFF}}) {
    SCOPED_TRACE(length);
    std::string frame = udp_frame(kPayload);
    test::put16(frame, kUdpAt + 4, static_cast<u16>(length));
    if (length == 0 || length == n) {
      expect_payload(find(frame));
    } else if (length == n - 1) {
      expect_payload(find(frame), kPayload.substr(0, kPayload.size() - 1));
    } else {
      expect_none(find(frame), Carries::contradictory);
    }
  }
}

TEST(UdpFrame, AnIpLengthIsCheckedFromBothSides) {
  const std::size_t n = 28 + kPayload.size();
  for (const std::size_t length : {std::size_t{0}, std::size_t{1}, std::size_t{19}, std::size_t{20},
                                   n - 1, n, n + 1, std::size_t{0x7FFF}, std::size_t{0xFFFF}}) {
    SCOPED_TRACE(length);
    std::string frame = udp_frame(kPayload);
    test::put16(frame, kIpAt + 2, static_cast<u16>(length));
    if (length == 0 || length >= n) {
      expect_payload(find(frame));  // the UDP length says that all of it is there
    } else {
      expect_none(find(frame), Carries::contradictory);
    }
  }
}

TEST(UdpFrame, AnImpossibleIpHeaderIsContradictory) {
  for (const int first : {0x44, 0x40, 0x55, 0x00}) {
    std::string frame = udp_frame(kPayload);
    frame[kIpAt] = static_cast<char>(first);
    expect_none(find(frame), Carries::contradictory);
  }
}

TEST(UdpFrame, ZeroLengthsOfACutFrameStillTellThatItWasCut) {
  std::string frame = udp_frame(kPayload);
  test::put16(frame, kIpAt + 2, 0);
  test::put16(frame, kUdpAt + 4, 0);
  expect_payload(find(frame));
  EXPECT_EQ(find(frame, kEthernet, 1).carries, Carries::truncated);
}

TEST(UdpFrame, EveryCutGivesWhatThereIsOfThePayload) {
  const std::string tags = big16(0x8100) + big16(142) + big16(0x0800);
  const std::string whole = ethernet(ipv4(udp(kPayload)), tags);
  const std::size_t header = whole.size() - kPayload.size();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    SCOPED_TRACE(size);
    const Frame frame = find(whole.substr(0, size), kEthernet, whole.size() - size);
    EXPECT_EQ(name_of(frame.carries), name_of(Carries::truncated));
    EXPECT_EQ(frame.datagram.payload.size(), size > header ? size - header : 0);
  }
}

// Each frame lies in an allocation of its own size, so that AddressSanitizer sees any read beyond.
TEST(UdpFrame, RandomBytesNeverReachBeyondTheFrame) {
  constexpr u64 kSeed = 99;
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  Random random{kSeed};
  const std::string models[] = {
      udp_frame(kPayload), ethernet(ipv6(udp(kPayload)), big16(0x86DD)),
      ethernet(ipv4(udp(kPayload)), big16(0x8100) + big16(1) + big16(0x0800)),
      ethernet(ipv6(std::string{"\x11\1", 2} + std::string(14, '\0') + udp(kPayload), 0),
               big16(0x86DD))};
  for (int i = 0; i < 200'000; ++i) {
    const std::string& model = models[random.below(std::size(models))];
    std::vector<std::byte> frame(random.below(model.size() + 1));
    std::transform(model.begin(), model.begin() + static_cast<std::ptrdiff_t>(frame.size()),
                   frame.begin(), [](char c) { return static_cast<std::byte>(c); });
    for (u64 flips = random.below(4); flips > 0 && !frame.empty(); --flips) {
      frame[random.below(frame.size())] = static_cast<std::byte>(random.below(256));
    }
    constexpr u16 kLinks[] = {kEthernet, kRawIp, kLinuxCooked, kLinuxCooked2};
    const u16 link = kLinks[random.below(std::size(kLinks))];
    const Bytes payload =
        find_udp_payload(link, frame, static_cast<u32>(random.next())).datagram.payload;
    if (payload.empty()) continue;
    ASSERT_GE(payload.data(), frame.data());
    ASSERT_LE(payload.data() + payload.size(), frame.data() + frame.size());
  }
}

}  // namespace
}  // namespace tapedeck::feeds::pcap
