// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {FundingTree} from "./FundingTree.sol";

/// @title Payments: one escrow for one ERC-20 token
/// @notice A requestor deposits, and locks parts of the deposit in rounds that fund any number of payees at once. Payees
/// hold vouchers, cumulative per channel, that pay from such a lock without the requestor. Between parties that get
/// on, the requestor settles from its free balance at a fraction of the gas.
/// @dev No owner, no pause, no upgrade. Amounts are base units of the token. Tokens whose balances change by themselves
/// (rebasing, fees on transfer) are refused where it shows and unsupported where it does not.
/// The invariant, proven in README.md: for every live round, `left` covers all that its provable leaves may still draw.
contract Payments is EIP712, Multicall, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @notice Who pays whom, and the author's share in basis points of all that is paid.
    struct Channel {
        address requestor;
        address payee;
        address author;
        uint16 royaltyBps;
    }

    /// @notice What is known of a channel: sums of all times, in base units.
    struct Ledger {
        uint128 paid;
        uint128 collected;
    }

    /// @notice What a round still holds, and the second from which its requestor may take the remainder back.
    struct Round {
        uint128 left;
        uint64 expiry;
    }

    /// @notice An absolute target of a settlement: `amount` is the sum of all times, not an addition.
    struct Target {
        bytes32 channel;
        uint128 amount;
    }

    /// @notice A voucher, and the place in a round that pays it.
    /// @param amount Cumulative amount that the requestor signed for this channel.
    /// @param r Signature, first half.
    /// @param vs Signature, second half, with the parity in the highest bit (EIP-2098).
    /// @param root Root of the round's Merkle-sum tree.
    /// @param sum Total of that tree.
    /// @param base The leaf pays only what lies above this cumulative amount ...
    /// @param cap ... and at most this much.
    /// @param hashes Siblings from the leaf up.
    /// @param sums The siblings' sums.
    /// @param sides Bit i is set where sibling i stands on the left.
    struct Redemption {
        Channel channel;
        uint128 amount;
        bytes32 r;
        bytes32 vs;
        bytes32 root;
        uint128 sum;
        uint128 base;
        uint128 cap;
        bytes32[] hashes;
        uint128[] sums;
        uint32 sides;
    }

    /// @notice What became of one redemption.
    enum Outcome {
        Paid,
        NothingDue,
        ChannelInvalid,
        RoundMissing,
        RoundExpired,
        BaseUnpaid,
        ProofInvalid,
        SignatureInvalid
    }

    /// @notice The most that an author may take: 20 %.
    uint256 public constant MAX_ROYALTY_BPS = 2_000;
    /// @notice The longest lock, so that a slip (milliseconds for seconds) freezes nothing for ever.
    uint256 public constant MAX_LOCK_SECONDS = 366 days;

    bytes32 private constant VOUCHER_TYPEHASH = keccak256("Voucher(bytes32 channel,uint128 amount)");

    /// @notice The only token that this deployment knows.
    IERC20 public immutable token;

    /// @notice Free balance by account: spendable here, or withdrawn at once.
    mapping(address account => uint256) public free;
    mapping(bytes32 id => Round) private _rounds;
    mapping(bytes32 channel => Ledger) private _ledgers;

    event Deposited(address indexed account, uint256 amount);
    event Withdrawn(address indexed account, uint256 amount);
    event Posted(address indexed requestor, bytes32 indexed root, uint128 sum, uint64 expiry);
    event Extended(address indexed requestor, bytes32 indexed root, uint128 sum, uint64 expiry);
    event Reclaimed(address indexed requestor, bytes32 indexed root, uint128 sum, uint128 left);
    /// @param paid The channel's cumulative amount from now on.
    event Redeemed(bytes32 indexed channel, uint128 paid);
    event RedemptionSkipped(bytes32 indexed channel, Outcome outcome);
    event Settled(address indexed requestor, uint256 total);
    event Credited(address indexed account, uint256 amount);

    /// @notice The free balance is smaller than what was asked.
    error FreeBalanceTooLow(uint256 free, uint256 needed);
    /// @notice The token moved another amount than asked: it takes fees, or rebases.
    error DepositMismatch(uint256 expected, uint256 received);
    /// @notice The same requestor has a round of this root and sum; reclaim it first, or extend it.
    error RoundExists();
    /// @notice There is no such round of this requestor.
    error RoundUnknown();
    /// @notice An expiry must lie in the future, within `MAX_LOCK_SECONDS`, and never before the present one.
    error ExpiryInvalid(uint64 expiry);
    /// @notice The remainder is locked until this second.
    error RoundLocked(uint64 expiry);
    /// @notice A channel's royalty exceeds `MAX_ROYALTY_BPS`.
    error ChannelInvalid();
    /// @notice A single redemption failed for this reason.
    error RedemptionFailed(Outcome outcome);

    /// @param token_ Any plain ERC-20.
    constructor(IERC20 token_) EIP712("Golem", "1") {
        token = token_;
    }

    // --- Balances ---------------------------------------------------------------------------------------------------

    /// @notice Moves `amount` from the caller's wallet, by its allowance, to its free balance.
    function deposit(uint256 amount) public nonReentrant {
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = token.balanceOf(address(this)) - before;
        if (received != amount) revert DepositMismatch(amount, received);
        free[msg.sender] += amount;
        emit Deposited(msg.sender, amount);
    }

    /// @notice `deposit` with the allowance given by an EIP-2612 signature.
    /// @dev A permit that was already submitted by somebody else has done its work: only the allowance counts.
    function depositWithPermit(uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external {
        try IERC20Permit(address(token)).permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}
        deposit(amount);
    }

    /// @notice Moves `amount` of the caller's free balance to its wallet, at once.
    function withdraw(uint256 amount) external nonReentrant {
        _spend(msg.sender, amount);
        emit Withdrawn(msg.sender, amount);
        token.safeTransfer(msg.sender, amount);
    }

    // --- Rounds -----------------------------------------------------------------------------------------------------

    /// @notice Locks `sum` of the caller's free balance behind the leaves of `root` until `expiry` (seconds since 1970).
    function post(bytes32 root, uint128 sum, uint64 expiry) external {
        Round storage round = _rounds[roundId(msg.sender, root, sum)];
        if (round.expiry != 0) revert RoundExists();
        _checkExpiry(expiry, uint64(block.timestamp));
        _spend(msg.sender, sum);
        round.left = sum;
        round.expiry = expiry;
        emit Posted(msg.sender, root, sum, expiry);
    }

    /// @notice Raises the expiry of the caller's round.
    function extend(bytes32 root, uint128 sum, uint64 expiry) external {
        Round storage round = _rounds[roundId(msg.sender, root, sum)];
        if (round.expiry == 0) revert RoundUnknown();
        _checkExpiry(expiry, round.expiry);
        round.expiry = expiry;
        emit Extended(msg.sender, root, sum, expiry);
    }

    /// @notice Returns the remainder of the caller's expired round to its free balance, and forgets the round.
    function reclaim(bytes32 root, uint128 sum) external {
        bytes32 id = roundId(msg.sender, root, sum);
        Round memory round = _rounds[id];
        if (round.expiry == 0) revert RoundUnknown();
        if (block.timestamp < round.expiry) revert RoundLocked(round.expiry);
        delete _rounds[id];
        free[msg.sender] += round.left;
        emit Reclaimed(msg.sender, root, sum, round.left);
    }

    // --- Payment ----------------------------------------------------------------------------------------------------

    /// @notice Pays one voucher from a round's lock into its channel. Anyone may call it.
    /// @return paid What the channel received now.
    function redeem(Redemption calldata item) external returns (uint128 paid) {
        Outcome outcome;
        (outcome, paid) = _redeem(item);
        if (outcome != Outcome.Paid) revert RedemptionFailed(outcome);
    }

    /// @notice Pays every voucher that can be paid; a bad one is skipped and never reverts the batch.
    function redeemMany(Redemption[] calldata items) external returns (Outcome[] memory outcomes) {
        outcomes = new Outcome[](items.length);
        for (uint256 i = 0; i < items.length; ++i) {
            (outcomes[i],) = _redeem(items[i]);
            if (outcomes[i] != Outcome.Paid) emit RedemptionSkipped(channelId(items[i].channel), outcomes[i]);
        }
    }

    /// @notice Raises channels to absolute cumulative targets, from the caller's free balance.
    /// @dev Absolute, so that a redemption that comes first leaves nothing to pay twice. Ids are not checked against the
    /// caller: paying into a stranger's channel is a gift, and into a made-up one a loss, as with any transfer.
    function settle(Target[] calldata targets) external returns (uint256 total) {
        uint256 count = targets.length;
        for (uint256 i = 0; i < count; ++i) {
            Target calldata target = targets[i];
            Ledger storage ledger = _ledgers[target.channel];
            uint128 paid = ledger.paid;
            uint128 amount = target.amount;
            if (amount <= paid) continue;
            ledger.paid = amount;
            unchecked {
                total += amount - paid;
            }
        }
        _spend(msg.sender, total);
        emit Settled(msg.sender, total);
    }

    /// @notice Credits what channels were paid to their payees and authors. Anyone may call it.
    /// @dev The author's share is a function of the channel's sums of all times: no order or cutting of collections
    /// changes it. Neighbours in the list with the same payee or author share one storage write.
    function collect(Channel[] calldata channels) external {
        address payee;
        address author;
        uint256 toPayee;
        uint256 toAuthor;
        uint256 count = channels.length;
        for (uint256 i = 0; i < count; ++i) {
            Channel calldata channel = channels[i];
            uint256 royaltyBps = channel.royaltyBps;
            if (royaltyBps > MAX_ROYALTY_BPS) revert ChannelInvalid();
            Ledger storage ledger = _ledgers[channelId(channel)];
            uint256 paid = ledger.paid;
            uint256 collected = ledger.collected;
            if (paid == collected) continue;
            // forge-lint: disable-next-line(unsafe-typecast)
            ledger.collected = uint128(paid);
            unchecked {
                uint256 share = (paid * royaltyBps) / 10_000 - (collected * royaltyBps) / 10_000;
                if (channel.payee != payee) {
                    _credit(payee, toPayee);
                    (payee, toPayee) = (channel.payee, 0);
                }
                toPayee += paid - collected - share;
                if (share != 0) {
                    if (channel.author != author) {
                        _credit(author, toAuthor);
                        (author, toAuthor) = (channel.author, 0);
                    }
                    toAuthor += share;
                }
            }
        }
        _credit(payee, toPayee);
        _credit(author, toAuthor);
    }

    // --- Views ------------------------------------------------------------------------------------------------------

    /// @notice keccak256(abi.encode(requestor, payee, author, royaltyBps)).
    function channelId(Channel calldata channel) public pure returns (bytes32) {
        return keccak256(abi.encode(channel.requestor, channel.payee, channel.author, channel.royaltyBps));
    }

    /// @notice keccak256(abi.encode(requestor, root, sum)).
    function roundId(address requestor, bytes32 root, uint128 sum) public pure returns (bytes32) {
        return keccak256(abi.encode(requestor, root, sum));
    }

    /// @notice A channel's sums of all times.
    function ledgerOf(bytes32 channel) external view returns (Ledger memory) {
        return _ledgers[channel];
    }

    /// @notice A round; its expiry is 0 where there is none.
    function roundOf(address requestor, bytes32 root, uint128 sum) external view returns (Round memory) {
        return _rounds[roundId(requestor, root, sum)];
    }

    /// @notice What a requestor signs for a voucher (EIP-712).
    function voucherDigest(bytes32 channel, uint128 amount) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(VOUCHER_TYPEHASH, channel, amount)));
    }

    // --- Inside -----------------------------------------------------------------------------------------------------

    function _redeem(Redemption calldata item) private returns (Outcome, uint128) {
        Channel calldata channel = item.channel;
        if (channel.royaltyBps > MAX_ROYALTY_BPS) return (Outcome.ChannelInvalid, 0);
        Round storage round = _rounds[roundId(channel.requestor, item.root, item.sum)];
        uint64 expiry = round.expiry;
        if (expiry == 0) return (Outcome.RoundMissing, 0);
        if (block.timestamp >= expiry) return (Outcome.RoundExpired, 0);

        bytes32 id = channelId(channel);
        uint256 paid = _ledgers[id].paid;
        if (item.base > paid) return (Outcome.BaseUnpaid, 0);
        uint256 to = uint256(item.base) + item.cap;
        if (item.amount < to) to = item.amount;
        if (to <= paid) return (Outcome.NothingDue, 0);

        if (!_proven(item, id)) return (Outcome.ProofInvalid, 0);
        if (!_signed(item, id)) return (Outcome.SignatureInvalid, 0);

        // `to` is at most `amount`, so it fits; the round covers the difference (README.md), and were that proof wrong,
        // the checked subtraction would stop the payment rather than rob another round.
        // forge-lint: disable-next-line(unsafe-typecast)
        uint128 due = uint128(to - paid);
        round.left -= due;
        // forge-lint: disable-next-line(unsafe-typecast)
        _ledgers[id].paid = uint128(to);
        // forge-lint: disable-next-line(unsafe-typecast)
        emit Redeemed(id, uint128(to));
        return (Outcome.Paid, due);
    }

    function _proven(Redemption calldata item, bytes32 id) private pure returns (bool) {
        bytes32 leaf = FundingTree.leaf(id, item.base, item.cap);
        return FundingTree.contains(item.root, item.sum, leaf, item.cap, item.hashes, item.sums, item.sides);
    }

    function _signed(Redemption calldata item, bytes32 id) private view returns (bool) {
        (address signer, ECDSA.RecoverError err,) = ECDSA.tryRecover(voucherDigest(id, item.amount), item.r, item.vs);
        return err == ECDSA.RecoverError.NoError && signer == item.channel.requestor;
    }

    function _spend(address account, uint256 amount) private {
        uint256 balance = free[account];
        if (balance < amount) revert FreeBalanceTooLow(balance, amount);
        unchecked {
            free[account] = balance - amount;
        }
    }

    function _credit(address account, uint256 amount) private {
        if (amount == 0) return;
        free[account] += amount;
        emit Credited(account, amount);
    }

    function _checkExpiry(uint64 expiry, uint64 floor) private view {
        if (expiry <= floor || expiry <= block.timestamp || expiry > block.timestamp + MAX_LOCK_SECONDS) {
            revert ExpiryInvalid(expiry);
        }
    }
}
