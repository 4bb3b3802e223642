// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Blacklist} from "../../solidity/Blacklist.sol";
import {Batch, Redemption} from "../payments/Batch.sol";
import {PaymentsBase} from "../payments/PaymentsBase.sol";
import {Leaf} from "../payments/Tree.sol";
import {bound, vm} from "../Vm.sol";

contract BlacklistTest is PaymentsBase {
    address private constant OWNER = address(0x0E);
    address private constant OTHER = address(0x0F);
    address private constant SUBJECT = address(0x5B);
    Blacklist private blacklist;

    function setUp() public override {
        super.setUp();
        blacklist = new Blacklist();
    }

    function test_an_entry_says_who_as_what_why_and_until_when() public {
        list(OWNER, SUBJECT, 10 days);
        Blacklist.Entry memory entry = blacklist.entryOf(OWNER, Blacklist.Kind.Provider, word(SUBJECT));
        vm.assertEq(entry.subject, word(SUBJECT), "subject");
        vm.assertTrue(entry.kind == Blacklist.Kind.Provider, "kind");
        vm.assertEq(entry.evidence, "bafkevidence", "evidence");
        vm.assertEq(entry.listedAt, block.timestamp, "listedAt");
        vm.assertEq(entry.expiresAt, block.timestamp + 10 days, "expiresAt");
        vm.assertTrue(isListed(OWNER), "listed");
    }

    function test_lists_are_their_owners_alone() public {
        list(OWNER, SUBJECT, 10 days);
        vm.assertFalse(isListed(OTHER), "on another list");
        vm.prank(OTHER);
        vm.expectRevert(Blacklist.NotListed.selector);
        blacklist.delist(Blacklist.Kind.Provider, word(SUBJECT));
        vm.assertTrue(isListed(OWNER), "still listed");
    }

    function test_who_is_listed_as_one_thing_is_not_listed_as_another() public {
        list(OWNER, SUBJECT, 10 days);
        vm.assertFalse(blacklist.isListed(OWNER, Blacklist.Kind.Requestor, word(SUBJECT)), "as requestor");
        vm.assertFalse(blacklist.isListed(OWNER, Blacklist.Kind.Author, word(SUBJECT)), "as author");
    }

    function test_an_entry_ends_with_its_expiry_second() public {
        list(OWNER, SUBJECT, 10 days);
        vm.warp(block.timestamp + 10 days - 1);
        vm.assertTrue(isListed(OWNER), "before");
        vm.warp(block.timestamp + 1);
        vm.assertFalse(isListed(OWNER), "at it");
        vm.assertEq(blacklist.count(OWNER), 1, "and can still be read");
    }

    function test_no_entry_lasts_longer_than_180_days(uint64 expiresAt) public {
        vm.prank(OWNER);
        if (expiresAt <= block.timestamp || expiresAt > block.timestamp + 180 days) {
            vm.expectRevert(abi.encodeWithSelector(Blacklist.ExpiryInvalid.selector, expiresAt));
        }
        blacklist.list(Blacklist.Kind.Provider, word(SUBJECT), "bafkevidence", expiresAt);
    }

    function test_listing_again_renews_one_entry() public {
        list(OWNER, SUBJECT, 1 days);
        vm.warp(block.timestamp + 2 days);
        list(OWNER, SUBJECT, 180 days);
        vm.assertEq(blacklist.count(OWNER), 1, "one entry");
        vm.assertTrue(isListed(OWNER), "listed again");
    }

    function test_delisting_takes_an_entry_away() public {
        list(OWNER, SUBJECT, 1 days);
        list(OWNER, OTHER, 1 days);
        vm.startPrank(OWNER);
        blacklist.delist(Blacklist.Kind.Provider, word(SUBJECT));
        vm.assertFalse(isListed(OWNER), "off");
        vm.assertEq(blacklist.count(OWNER), 1, "the other one stays");
        vm.expectRevert(Blacklist.NotListed.selector);
        blacklist.delist(Blacklist.Kind.Provider, word(SUBJECT));
        vm.stopPrank();
        vm.assertEq(blacklist.entries(OWNER, 0, 9)[0].subject, word(OTHER), "which one");
    }

    function test_a_subject_is_an_address_or_an_application(bytes32 subject) public {
        uint64 until = uint64(block.timestamp + 1);
        vm.startPrank(OWNER);
        if (subject == 0) vm.expectRevert(abi.encodeWithSelector(Blacklist.SubjectInvalid.selector, subject));
        blacklist.list(Blacklist.Kind.Application, subject, "bafk", until);
        if (subject == 0 || uint256(subject) >> 160 != 0) {
            vm.expectRevert(abi.encodeWithSelector(Blacklist.SubjectInvalid.selector, subject));
        }
        blacklist.list(Blacklist.Kind.Author, subject, "bafk", until);
        vm.stopPrank();
    }

    function test_an_entry_has_evidence() public {
        vm.prank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(Blacklist.TextInvalid.selector, ""));
        blacklist.list(Blacklist.Kind.Provider, word(SUBJECT), "", uint64(block.timestamp + 1));
    }

    function test_who_is_listed_answers_beside_the_entry() public {
        list(OWNER, SUBJECT, 1 days);
        vm.prank(OTHER);
        vm.expectRevert(Blacklist.NotSubject.selector);
        blacklist.appeal(OWNER, Blacklist.Kind.Provider, word(SUBJECT), "bafkanswer");
        vm.startPrank(SUBJECT);
        vm.expectRevert(Blacklist.NotListed.selector);
        blacklist.appeal(OTHER, Blacklist.Kind.Provider, word(SUBJECT), "bafkanswer");
        blacklist.appeal(OWNER, Blacklist.Kind.Provider, word(SUBJECT), "bafkanswer");
        vm.stopPrank();
        Blacklist.Entry memory entry = blacklist.entryOf(OWNER, Blacklist.Kind.Provider, word(SUBJECT));
        vm.assertEq(entry.appeal, "bafkanswer", "answer");
        vm.assertTrue(isListed(OWNER), "what follows is the owner's to decide");
    }

    function test_anybody_answers_for_an_application() public {
        bytes32 id = keccak256("application");
        vm.prank(OWNER);
        blacklist.list(Blacklist.Kind.Application, id, "bafk", uint64(block.timestamp + 1));
        blacklist.appeal(OWNER, Blacklist.Kind.Application, id, "bafkanswer");
        vm.assertEq(blacklist.entryOf(OWNER, Blacklist.Kind.Application, id).appeal, "bafkanswer", "answer");
    }

    function test_several_lists_are_asked_at_once() public {
        list(OWNER, SUBJECT, 1 days);
        address[] memory owners = new address[](2);
        (owners[0], owners[1]) = (OTHER, OWNER);
        bool[] memory on = blacklist.areListed(owners, Blacklist.Kind.Provider, word(SUBJECT));
        vm.assertFalse(on[0], "other");
        vm.assertTrue(on[1], "owner");
    }

    function test_a_list_can_be_paged_through(uint256 first, uint256 limit) public {
        for (uint256 i = 1; i <= 5; ++i) {
            list(OWNER, address(uint160(i)), 1 days);
        }
        first = bound(first, 0, 7);
        limit = limit % 2 == 0 ? bound(limit, 0, 7) : limit;
        uint256 there = first >= 5 ? 0 : 5 - first;
        Blacklist.Entry[] memory page = blacklist.entries(OWNER, first, limit);
        vm.assertEq(page.length, limit < there ? limit : there, "length");
        for (uint256 i = 0; i < page.length; ++i) {
            vm.assertEq(page[i].subject, bytes32(first + i + 1), "in order, as long as nobody was taken off");
        }
    }

    /// On every list, and still: redeem, collect, withdraw.
    function test_who_is_listed_is_paid_as_before() public {
        list(OWNER, payee, 180 days);
        list(requestor, payee, 180 days);
        Leaf[] memory leaves = oneLeaf(channelTo(payee), 0, 1 ether);
        post(leaves);
        Redemption memory item = redemption(leaves, 0, channelTo(payee), 1 ether);
        vm.startPrank(payee);
        payments.redeem(Batch.pack(item));
        vm.stopPrank();
        collectOne(channelTo(payee));
        vm.prank(payee);
        payments.withdraw(0.95 ether);
        vm.assertEq(token.balanceOf(payee), 0.95 ether, "withdrawn");
    }

    function list(address owner, address subject, uint256 seconds_) private {
        vm.prank(owner);
        blacklist.list(Blacklist.Kind.Provider, word(subject), "bafkevidence", uint64(block.timestamp + seconds_));
    }

    function isListed(address owner) private view returns (bool) {
        return blacklist.isListed(owner, Blacklist.Kind.Provider, word(SUBJECT));
    }

    function word(address account) private pure returns (bytes32) {
        return bytes32(uint256(uint160(account)));
    }
}
