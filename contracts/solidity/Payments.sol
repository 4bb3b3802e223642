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
import {Incoming} from "./Incoming.sol";
import {Packed} from "./Packed.sol";

/// @title Payments: one escrow for one ERC-20 token
/// @notice A requestor deposits, and locks parts of the deposit in rounds that fund any number of payees at once. Payees
/// hold vouchers, cumulative per channel, that pay from such a lock without the requestor. Between parties that get
/// on, the requestor settles from its free balance at a fraction of the gas.
/// @dev No owner, no pause, no upgrade. Amounts are base units of the token. Tokens whose balances change by themselves
/// (rebasing, fees on transfer) are refused where it shows and unsupported where it does not.
/// Batches are packed bytes, because calldata is most of what they cost; README.md draws their layout.
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

    /// @notice What became of one redemption.
    enum Outcome {
        Paid,
        NothingDue,
        ChannelInvalid,
        RoundMissing,
        RoundExpired,
        BaseUnpaid,
        ProofInvalid,
        SignatureInvalid,
        Malformed
    }

    /// @dev Both sums of a `Ledger` in one word, `paid` in the low half: one read and one write raise a channel.
    struct LedgerWord {
        uint256 value;
    }

    /// @notice The most that an author may take: 20 %.
    uint256 public constant MAX_ROYALTY_BPS = 2_000;
    /// @notice The longest lock, so that a slip (milliseconds for seconds) freezes nothing for ever.
    uint256 public constant MAX_LOCK_SECONDS = 366 days;

    /// @dev One target of `settle`: channel (32 bytes), cumulative amount (16).
    uint256 private constant TARGET_BYTES = 48;
    /// @dev One channel of `collect`: requestor (20), author (20), royalty (2).
    uint256 private constant COLLECTED_BYTES = 42;
    /// @dev One redemption before its proof, and where its fields stand.
    uint256 private constant REDEMPTION_BYTES = 227;
    uint256 private constant PAYEE = 20;
    uint256 private constant AUTHOR = 40;
    uint256 private constant ROYALTY = 60;
    uint256 private constant AMOUNT = 62;
    uint256 private constant SIGNATURE = 78;
    uint256 private constant ROOT = 142;
    uint256 private constant SUM = 174;
    uint256 private constant BASE = 190;
    uint256 private constant CAP = 206;
    uint256 private constant SIDES = 222;
    uint256 private constant DEPTH = 226;

    bytes32 private constant VOUCHER_TYPEHASH = keccak256("Voucher(bytes32 channel,uint128 amount)");

    /// @notice The only token that this deployment knows.
    IERC20 public immutable token;

    /// @notice Free balance by account: spendable here, or withdrawn at once.
    mapping(address account => uint256) public free;
    mapping(bytes32 id => Round) private _rounds;
    mapping(bytes32 channel => LedgerWord) private _ledgers;

    /// @notice Tokens came in: `account`'s free balance rose by `amount`.
    event Deposited(address indexed account, uint256 amount);
    /// @notice Tokens went out: `account`'s free balance fell by `amount`.
    event Withdrawn(address indexed account, uint256 amount);
    /// @notice A round was locked.
    event Posted(address indexed requestor, bytes32 indexed root, uint128 sum, uint64 expiry);
    /// @notice A round's expiry was raised.
    event Extended(address indexed requestor, bytes32 indexed root, uint128 sum, uint64 expiry);
    /// @notice An expired round's remainder became free.
    event Reclaimed(address indexed requestor, bytes32 indexed root, uint128 sum, uint128 left);
    /// @notice A voucher was paid.
    /// @param paid The channel's cumulative amount from now on.
    event Redeemed(bytes32 indexed channel, uint128 paid);
    /// @notice An item of a batch was not paid; `channel` is 0 where it could not be read.
    event RedemptionSkipped(bytes32 indexed channel, Outcome outcome);
    /// @notice A requestor paid `total` into channels from its free balance.
    event Settled(address indexed requestor, uint256 total);
    /// @notice What channels were paid was credited to a payee or an author.
    event Credited(address indexed account, uint256 amount);

    /// @notice The free balance is smaller than what was asked.
    error FreeBalanceTooLow(uint256 free, uint256 needed);
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
    /// @notice The bytes of a batch are not a whole number of items.
    error BatchMalformed();

    /// @param token_ Any plain ERC-20.
    constructor(IERC20 token_) EIP712("Golem", "1") {
        token = token_;
    }

    // --- Balances ---------------------------------------------------------------------------------------------------

    /// @notice Moves `amount` from the caller's wallet, by its allowance, to its free balance.
    /// @dev Reverts with `DepositMismatch`, or as the token does.
    function deposit(uint256 amount) public nonReentrant {
        _pull(amount);
        free[msg.sender] += amount;
    }

    /// @notice `deposit` with the allowance given by an EIP-2612 signature.
    /// @dev A permit that was already submitted by somebody else has done its work: only the allowance counts.
    function depositWithPermit(uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external {
        _permit(amount, deadline, v, r, s);
        deposit(amount);
    }

    /// @notice `deposit` and `post` in one: what is locked at once need not pass through the free balance.
    /// @param amount Moved from the caller's wallet; may be less than `sum` where the free balance has the rest.
    function depositAndPost(uint256 amount, bytes32 root, uint128 sum, uint64 expiry) public nonReentrant {
        _pull(amount);
        if (amount < sum) _spend(msg.sender, sum - amount);
        else if (amount > sum) free[msg.sender] += amount - sum;
        _lock(root, sum, expiry);
    }

    /// @notice `depositAndPost` with the allowance given by an EIP-2612 signature.
    function depositAndPostWithPermit(
        uint256 amount,
        bytes32 root,
        uint128 sum,
        uint64 expiry,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        _permit(amount, deadline, v, r, s);
        depositAndPost(amount, root, sum, expiry);
    }

    /// @notice Moves `amount` of the caller's free balance to its wallet, at once.
    /// @dev Reverts with `FreeBalanceTooLow`.
    function withdraw(uint256 amount) external nonReentrant {
        _spend(msg.sender, amount);
        emit Withdrawn(msg.sender, amount);
        token.safeTransfer(msg.sender, amount);
    }

    // --- Rounds -----------------------------------------------------------------------------------------------------

    /// @notice Locks `sum` of the caller's free balance behind the leaves of `root` until `expiry` (seconds since 1970).
    /// @dev Reverts with `FreeBalanceTooLow`, `RoundExists` or `ExpiryInvalid`.
    function post(bytes32 root, uint128 sum, uint64 expiry) external {
        _spend(msg.sender, sum);
        _lock(root, sum, expiry);
    }

    /// @notice Raises the expiry of the caller's round.
    /// @dev Reverts with `RoundUnknown` or `ExpiryInvalid`.
    function extend(bytes32 root, uint128 sum, uint64 expiry) external {
        Round storage round = _rounds[roundId(msg.sender, root, sum)];
        if (round.expiry == 0) revert RoundUnknown();
        _checkExpiry(expiry, round.expiry);
        round.expiry = expiry;
        emit Extended(msg.sender, root, sum, expiry);
    }

    /// @notice Returns the remainder of the caller's expired round to its free balance, and forgets the round.
    /// @dev Reverts with `RoundUnknown` or `RoundLocked`.
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
    /// @dev Reverts with `RedemptionFailed`.
    /// @param item requestor (20 bytes) | payee (20) | author (20) | royalty in basis points (2) | cumulative amount that
    /// the requestor signed for this channel (16) | r (32) | s with the parity in the highest bit, EIP-2098 (32) |
    /// root (32) and sum (16) of the round | base (16): the leaf pays only what lies above ... | cap (16): ... and at
    /// most this much | sides (4): bit i is set where sibling i stands on the left | count of siblings (1) | for each
    /// sibling, from the leaf up: hash (32) | sum (16).
    /// @return paid What the channel received now.
    function redeem(bytes calldata item) external returns (uint128 paid) {
        uint256 offset;
        assembly ("memory-safe") {
            offset := item.offset
        }
        if (_sizeOf(offset, item.length) != item.length) revert RedemptionFailed(Outcome.Malformed);
        Outcome outcome;
        (outcome,, paid) = _redeem(offset);
        if (outcome != Outcome.Paid) revert RedemptionFailed(outcome);
    }

    /// @notice Pays every voucher that can be paid; a bad one is skipped and never reverts the batch. Anyone may call it.
    /// @param items Items as `redeem` takes them, one after another.
    /// @return outcomes One for each; where the bytes end within an item, its outcome is `Malformed`.
    function redeemMany(bytes calldata items) external returns (Outcome[] memory outcomes) {
        uint256 offset;
        assembly ("memory-safe") {
            offset := items.offset
        }
        uint256 end = offset + items.length;
        outcomes = new Outcome[](items.length / REDEMPTION_BYTES + 1);
        uint256 count;
        while (offset < end) {
            uint256 size = _sizeOf(offset, end - offset);
            (Outcome outcome, bytes32 id) = (Outcome.Malformed, bytes32(0));
            if (size != 0) (outcome, id,) = _redeem(offset);
            if (outcome != Outcome.Paid) emit RedemptionSkipped(id, outcome);
            outcomes[count++] = outcome;
            if (size == 0) break;
            offset += size;
        }
        assembly ("memory-safe") {
            mstore(outcomes, count)
        }
    }

    /// @notice Raises channels to absolute cumulative targets, from the caller's free balance.
    /// @dev Absolute, so that a redemption that comes first leaves nothing to pay twice. Ids are not checked against the
    /// caller: paying into a stranger's channel is a gift, and into a made-up one a loss, as with any transfer.
    /// Reverts with `FreeBalanceTooLow` or `BatchMalformed`.
    /// @param targets For each channel: its id (32 bytes) | the sum of all times that it shall have been paid (16).
    /// @return total What the caller paid.
    function settle(bytes calldata targets) external returns (uint256 total) {
        if (targets.length % TARGET_BYTES != 0) revert BatchMalformed();
        uint256 offset;
        assembly ("memory-safe") {
            offset := targets.offset
        }
        unchecked {
            for (uint256 end = offset + targets.length; offset < end; offset += TARGET_BYTES) {
                LedgerWord storage ledger = _ledgers[Packed.word(offset)];
                uint256 word = ledger.value;
                uint256 paid = uint128(word);
                uint256 amount = Packed.amount(offset + 32);
                if (amount <= paid) continue;
                // The low half rises from `paid` to `amount`, and both fit into it.
                ledger.value = word + (amount - paid);
                total += amount - paid;
            }
        }
        _spend(msg.sender, total);
        emit Settled(msg.sender, total);
    }

    /// @notice Credits what channels of one payee were paid to the payee and the authors. Anyone may call it.
    /// @dev The author's share is a function of the channel's sums of all times: no order or cutting of collections
    /// changes it. Neighbours in the list with the same author share one storage write.
    /// Reverts with `ChannelInvalid` or `BatchMalformed`.
    /// @param channels For each channel: requestor (20 bytes) | author (20) | royalty in basis points (2).
    function collect(address payee, bytes calldata channels) external {
        if (channels.length % COLLECTED_BYTES != 0) revert BatchMalformed();
        uint256 offset;
        assembly ("memory-safe") {
            offset := channels.offset
        }
        address author;
        uint256 toPayee;
        uint256 toAuthor;
        unchecked {
            for (uint256 end = offset + channels.length; offset < end; offset += COLLECTED_BYTES) {
                address channelAuthor = Packed.account(offset + 20);
                uint256 royaltyBps = Packed.number(offset + 40, 2);
                if (royaltyBps > MAX_ROYALTY_BPS) revert ChannelInvalid();
                (uint256 paid, uint256 collected) =
                    _takeUncollected(_channelId(Packed.account(offset), payee, channelAuthor, royaltyBps));
                if (paid == collected) continue;
                uint256 share = (paid * royaltyBps) / 10_000 - (collected * royaltyBps) / 10_000;
                toPayee += paid - collected - share;
                if (share == 0) continue;
                if (channelAuthor != author) {
                    _credit(author, toAuthor);
                    (author, toAuthor) = (channelAuthor, 0);
                }
                toAuthor += share;
            }
        }
        _credit(payee, toPayee);
        _credit(author, toAuthor);
    }

    // --- Views ------------------------------------------------------------------------------------------------------

    /// @notice keccak256(abi.encode(requestor, payee, author, royaltyBps)).
    function channelId(Channel calldata channel) public pure returns (bytes32) {
        return _channelId(channel.requestor, channel.payee, channel.author, channel.royaltyBps);
    }

    /// @notice keccak256(abi.encode(requestor, root, sum)).
    /// @dev Written over free memory, which stays free.
    function roundId(address requestor, bytes32 root, uint128 sum) public pure returns (bytes32 id) {
        assembly ("memory-safe") {
            let memory_ := mload(0x40)
            mstore(memory_, requestor)
            mstore(add(memory_, 0x20), root)
            mstore(add(memory_, 0x40), sum)
            id := keccak256(memory_, 0x60)
        }
    }

    /// @notice A channel's sums of all times.
    function ledgerOf(bytes32 channel) external view returns (Ledger memory) {
        uint256 word = _ledgers[channel].value;
        // forge-lint: disable-next-line(unsafe-typecast)
        return Ledger({paid: uint128(word), collected: uint128(word >> 128)});
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

    /// @dev The size of the redemption at `at`, or 0 where `room` bytes do not hold it.
    function _sizeOf(uint256 offset, uint256 room) private pure returns (uint256 size) {
        if (room < REDEMPTION_BYTES) return 0;
        size = REDEMPTION_BYTES + Packed.number(offset + DEPTH, 1) * FundingTree.STEP_BYTES;
        return size > room ? 0 : size;
    }

    /// @param offset Where in calldata a whole redemption stands.
    function _redeem(uint256 offset) private returns (Outcome, bytes32 id, uint128) {
        address requestor = Packed.account(offset);
        {
            uint256 royaltyBps = Packed.number(offset + ROYALTY, 2);
            id = _channelId(requestor, Packed.account(offset + PAYEE), Packed.account(offset + AUTHOR), royaltyBps);
            if (royaltyBps > MAX_ROYALTY_BPS) return (Outcome.ChannelInvalid, id, 0);
        }
        // forge-lint: disable-next-line(unsafe-typecast)
        Round storage round = _rounds[roundId(requestor, Packed.word(offset + ROOT), uint128(Packed.amount(offset + SUM)))];
        {
            uint64 expiry = round.expiry;
            if (expiry == 0) return (Outcome.RoundMissing, id, 0);
            if (block.timestamp >= expiry) return (Outcome.RoundExpired, id, 0);
        }
        LedgerWord storage ledger = _ledgers[id];
        uint256 paid = uint128(ledger.value);
        uint256 to = Packed.amount(offset + AMOUNT);
        {
            uint256 base = Packed.amount(offset + BASE);
            if (base > paid) return (Outcome.BaseUnpaid, id, 0);
            uint256 brim = base + Packed.amount(offset + CAP);
            if (brim < to) to = brim;
            if (to <= paid) return (Outcome.NothingDue, id, 0);
        }
        if (!_proven(offset, id)) return (Outcome.ProofInvalid, id, 0);
        if (!_signed(offset, id, requestor)) return (Outcome.SignatureInvalid, id, 0);

        // `to` is at most the voucher's amount, so it fits; the round covers the difference (README.md), and were that
        // proof wrong, the checked subtraction would stop the payment rather than rob another round.
        // forge-lint: disable-next-line(unsafe-typecast)
        uint128 due = uint128(to - paid);
        round.left -= due;
        ledger.value += due;
        // forge-lint: disable-next-line(unsafe-typecast)
        emit Redeemed(id, uint128(to));
        return (Outcome.Paid, id, due);
    }

    function _proven(uint256 offset, bytes32 id) private pure returns (bool) {
        uint256 cap = Packed.amount(offset + CAP);
        return FundingTree.contains(
            Packed.word(offset + ROOT),
            Packed.amount(offset + SUM),
            FundingTree.leaf(id, Packed.amount(offset + BASE), cap),
            cap,
            offset + REDEMPTION_BYTES,
            Packed.number(offset + DEPTH, 1),
            Packed.number(offset + SIDES, 4)
        );
    }

    function _signed(uint256 offset, bytes32 id, address requestor) private view returns (bool) {
        // forge-lint: disable-next-line(unsafe-typecast)
        bytes32 digest = voucherDigest(id, uint128(Packed.amount(offset + AMOUNT)));
        (address signer, ECDSA.RecoverError err,) =
            ECDSA.tryRecover(digest, Packed.word(offset + SIGNATURE), Packed.word(offset + SIGNATURE + 32));
        return err == ECDSA.RecoverError.NoError && signer == requestor;
    }

    /// @dev abi.encode's four words, written over free memory, which stays free.
    function _channelId(address requestor, address payee, address author, uint256 royaltyBps)
        private
        pure
        returns (bytes32 id)
    {
        assembly ("memory-safe") {
            let memory_ := mload(0x40)
            mstore(memory_, requestor)
            mstore(add(memory_, 0x20), payee)
            mstore(add(memory_, 0x40), author)
            mstore(add(memory_, 0x60), royaltyBps)
            id := keccak256(memory_, 0x80)
        }
    }

    /// @dev Marks a channel as collected, and says what it was paid and what of it had been collected before.
    function _takeUncollected(bytes32 id) private returns (uint256 paid, uint256 collected) {
        LedgerWord storage ledger = _ledgers[id];
        uint256 word = ledger.value;
        (paid, collected) = (uint128(word), word >> 128);
        if (paid != collected) ledger.value = paid << 128 | paid;
    }

    function _pull(uint256 amount) private {
        Incoming.take(token, amount);
        emit Deposited(msg.sender, amount);
    }

    function _permit(uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) private {
        try IERC20Permit(address(token)).permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}
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

    /// @dev Locks an amount that the caller has already taken from somewhere.
    function _lock(bytes32 root, uint128 sum, uint64 expiry) private {
        Round storage round = _rounds[roundId(msg.sender, root, sum)];
        if (round.expiry != 0) revert RoundExists();
        _checkExpiry(expiry, uint64(block.timestamp));
        round.left = sum;
        round.expiry = expiry;
        emit Posted(msg.sender, root, sum, expiry);
    }

    function _checkExpiry(uint64 expiry, uint64 floor) private view {
        if (expiry <= floor || expiry <= block.timestamp || expiry > block.timestamp + MAX_LOCK_SECONDS) {
            revert ExpiryInvalid(expiry);
        }
    }
}
