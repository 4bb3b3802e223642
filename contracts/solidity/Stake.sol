// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Burning} from "./Burning.sol";
import {Incoming} from "./Incoming.sol";

/// @title What participants put at stake for their honesty
/// @notice A staker names its arbiter, a contract. Without one, only provable equivocation is slashed: two conflicting
/// signatures for one subtask of one agreement, or for one draw. With one, the arbiter alone slashes: what it announced,
/// at most a quarter of the stake for one claim, not before a delay, and not after the claim has lapsed. Slashed stake is
/// burned, never paid to anybody.
/// @dev No owner. An exit takes longer than the claim window and the life of a claim together, so that whatever was done
/// before an exit was requested can still be judged; and nothing makes it longer.
contract Stake is ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @param exitDelay From the request of an exit until the stake may be withdrawn.
    /// @param claimWindow How long after an act a claim about it may be announced.
    /// @param claimLife From the announcement of a claim until it lapses.
    /// @param slashDelay From the announcement of a claim until it may be executed.
    /// @param ageing How old stake must be to count as aged.
    /// All in seconds.
    struct Times {
        uint64 exitDelay;
        uint64 claimWindow;
        uint64 claimLife;
        uint64 slashDelay;
        uint64 ageing;
    }

    /// @param aged Stake that had come of age when it was last looked at.
    /// @param fresh Stake that was added since ...
    /// @param freshSince ... this second.
    /// @param exitsAt From this second it may be withdrawn; 0 where no exit was requested.
    /// @param arbiter Who alone may slash it; 0 for nobody.
    struct Account {
        uint128 aged;
        uint128 fresh;
        uint64 freshSince;
        uint64 exitsAt;
        address arbiter;
    }

    /// @param amount What it may burn.
    /// @param announcedAt Seconds since 1970; 0 where there is none, or it was executed.
    struct Claim {
        address staker;
        uint64 announcedAt;
        uint128 amount;
    }

    /// @notice A secp256k1 signature in compact form (EIP-2098).
    struct Signature {
        bytes32 r;
        bytes32 vs;
    }

    /// @notice One claim burns at most this part of a stake, in basis points.
    uint256 public constant MAX_CLAIM_BPS = 2_500;

    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant DELIVERY_TYPEHASH = keccak256("Delivery(bytes32 agreementId,uint32 index,string outputs)");
    bytes32 private constant DRAW_TYPEHASH = keccak256("Draw(bytes32 draw,bytes32 value)");

    /// @notice The only token that is staked here.
    IERC20 public immutable token;
    /// @notice The payment contract under whose name agreements, deliveries and draws are signed. It is never called.
    address public immutable payments;
    /// @notice See `Times`.
    uint64 public immutable exitDelay;
    /// @notice See `Times`.
    uint64 public immutable claimWindow;
    /// @notice See `Times`.
    uint64 public immutable claimLife;
    /// @notice See `Times`.
    uint64 public immutable slashDelay;
    /// @notice See `Times`.
    uint64 public immutable ageing;

    mapping(address staker => Account) private _accounts;
    mapping(address arbiter => mapping(bytes32 id => Claim)) private _claims;

    /// @notice Stake was added.
    event Staked(address indexed staker, address indexed arbiter, uint256 amount);
    /// @notice A staker wants its stake back; it may be withdrawn from `exitsAt` on.
    event ExitRequested(address indexed staker, uint64 exitsAt);
    /// @notice A staker stays after all; its stake ages anew.
    event ExitCancelled(address indexed staker);
    /// @notice Stake was given back.
    event Withdrawn(address indexed staker, uint256 amount);
    /// @notice An arbiter began to look into a claim.
    event Announced(address indexed arbiter, bytes32 indexed id, address indexed staker, uint256 amount);
    /// @notice Stake was burned, by an arbiter or, with `arbiter` 0, for equivocation.
    event Slashed(address indexed staker, address indexed arbiter, uint256 amount);

    /// @notice Times must leave room for a claim between its delay and its lapse, and for all of that before an exit.
    error TimesInvalid();
    /// @notice Zero tokens, or a stake of more than 128 bits.
    error AmountInvalid();
    /// @notice An arbiter is a contract, and cannot be changed while there is stake.
    error ArbiterInvalid(address arbiter);
    /// @notice Nothing is staked.
    error NothingStaked();
    /// @notice An exit was requested: stake cannot be added, nor the exit requested again.
    error Exiting(uint64 exitsAt);
    /// @notice No exit was requested, or it is not time yet.
    error NotExited(uint64 exitsAt);
    /// @notice Only the arbiter that the staker named.
    error NotArbiter(address arbiter);
    /// @notice The act is too old, or in the future.
    error ActOutsideWindow(uint64 actAt);
    /// @notice One claim burns at most this much of that stake.
    error ClaimTooLarge(uint256 limit);
    /// @notice This arbiter has used the id before.
    error ClaimExists();
    /// @notice There is no such claim, it is not time yet, or it has lapsed.
    error ClaimNotDue();
    /// @notice The two statements do not contradict each other, or not both were signed by the staker.
    error NoEquivocation();

    /// @param payments_ The payment contract whose name stands in signed agreements and deliveries.
    /// @dev Reverts with `TimesInvalid`.
    constructor(IERC20 token_, address payments_, Times memory times) {
        if (times.slashDelay >= times.claimLife || times.exitDelay <= uint256(times.claimWindow) + times.claimLife) {
            revert TimesInvalid();
        }
        token = token_;
        payments = payments_;
        exitDelay = times.exitDelay;
        claimWindow = times.claimWindow;
        claimLife = times.claimLife;
        slashDelay = times.slashDelay;
        ageing = times.ageing;
    }

    // --- Stakers ----------------------------------------------------------------------------------------------------

    /// @notice Adds `amount` of the caller's tokens, by its allowance, to its stake.
    /// @dev Reverts with `AmountInvalid`, `ArbiterInvalid`, `Exiting`, `DepositMismatch`, or as the token does.
    /// @param arbiter The contract that may slash it; 0 for equivocation only. The same as before where there is stake.
    function stake(uint128 amount, address arbiter) external nonReentrant {
        Account storage account = _accounts[msg.sender];
        if (amount == 0 || _total(account) + amount > type(uint128).max) revert AmountInvalid();
        if (account.exitsAt != 0) revert Exiting(account.exitsAt);
        _mature(account);
        if (_total(account) == 0) {
            if (arbiter != address(0) && arbiter.code.length == 0) revert ArbiterInvalid(arbiter);
            account.arbiter = arbiter;
        } else if (arbiter != account.arbiter) {
            revert ArbiterInvalid(arbiter);
        }
        account.fresh += amount;
        account.freshSince = uint64(block.timestamp);
        Incoming.take(token, amount);
        emit Staked(msg.sender, arbiter, amount);
    }

    /// @notice Asks for the whole stake back. It stays at stake until it is withdrawn, and no longer counts as active.
    /// @dev Reverts with `NothingStaked` or `Exiting`.
    function requestExit() external {
        Account storage account = _accounts[msg.sender];
        if (_total(account) == 0) revert NothingStaked();
        if (account.exitsAt != 0) revert Exiting(account.exitsAt);
        account.exitsAt = uint64(block.timestamp) + exitDelay;
        emit ExitRequested(msg.sender, account.exitsAt);
    }

    /// @notice Stays after all. The stake ages anew.
    /// @dev Reverts with `NotExited`.
    function cancelExit() external {
        Account storage account = _accounts[msg.sender];
        if (account.exitsAt == 0) revert NotExited(0);
        account.exitsAt = 0;
        account.fresh += account.aged;
        account.aged = 0;
        account.freshSince = uint64(block.timestamp);
        emit ExitCancelled(msg.sender);
    }

    /// @notice Takes the whole stake back once the exit delay is over. Claims do not hold it up.
    /// @dev Reverts with `NotExited`.
    function withdraw() external nonReentrant returns (uint256 amount) {
        Account storage account = _accounts[msg.sender];
        if (account.exitsAt == 0 || block.timestamp < account.exitsAt) revert NotExited(account.exitsAt);
        amount = _total(account);
        delete _accounts[msg.sender];
        emit Withdrawn(msg.sender, amount);
        token.safeTransfer(msg.sender, amount);
    }

    // --- Slashing ---------------------------------------------------------------------------------------------------

    /// @notice The arbiter of `staker` opens a claim, which it may execute after `slashDelay` and before `claimLife`.
    /// @dev An arbiter that stays silent lets it lapse, and the stake is as before.
    /// Reverts with `NotArbiter`, `ActOutsideWindow`, `ClaimTooLarge`, `AmountInvalid` or `ClaimExists`.
    /// @param id Of the arbiter's choosing, never used before.
    /// @param actAt When that was done about which the claim is; seconds since 1970.
    function announce(bytes32 id, address staker, uint128 amount, uint64 actAt) external {
        Account storage account = _accounts[staker];
        if (account.arbiter != msg.sender) revert NotArbiter(account.arbiter);
        if (actAt > block.timestamp || block.timestamp > uint256(actAt) + claimWindow) revert ActOutsideWindow(actAt);
        uint256 limit = maxClaim(staker);
        if (amount > limit) revert ClaimTooLarge(limit);
        if (amount == 0) revert AmountInvalid();
        Claim storage claim = _claims[msg.sender][id];
        if (claim.staker != address(0)) revert ClaimExists();
        (claim.staker, claim.announcedAt, claim.amount) = (staker, uint64(block.timestamp), amount);
        emit Announced(msg.sender, id, staker, amount);
    }

    /// @notice Burns what a claim of the caller's is about, or what is left of it.
    /// @dev Reverts with `ClaimNotDue`, or `NotArbiter` where the staker has left and come back under another one.
    function execute(bytes32 id) external nonReentrant returns (uint256 burned) {
        Claim storage claim = _claims[msg.sender][id];
        uint256 announcedAt = claim.announcedAt;
        if (
            announcedAt == 0 || block.timestamp < announcedAt + slashDelay || block.timestamp > announcedAt + claimLife
        ) revert ClaimNotDue();
        address staker = claim.staker;
        if (_accounts[staker].arbiter != msg.sender) revert NotArbiter(_accounts[staker].arbiter);
        claim.announcedAt = 0;
        burned = _slash(staker, claim.amount);
    }

    /// @notice Burns the whole stake of a staker without arbiter who signed two different outputs for one index of one
    /// agreement. Anyone may call it.
    /// @dev Reverts with `NotArbiter` or `NoEquivocation`.
    /// @param outputs The two CIDs, as signed.
    function slashDeliveries(
        address staker,
        bytes32 agreementId,
        uint32 index,
        string[2] calldata outputs,
        Signature[2] calldata signatures
    ) external nonReentrant returns (uint256 burned) {
        bytes32[2] memory structs;
        for (uint256 i = 0; i < 2; ++i) {
            structs[i] = keccak256(
                abi.encode(DELIVERY_TYPEHASH, agreementId, uint256(index), keccak256(bytes(outputs[i])))
            );
        }
        return _slashEquivocation(staker, structs, signatures);
    }

    /// @notice Burns the whole stake of a staker without arbiter who signed two different values for one draw. Anyone may
    /// call it.
    /// @dev Reverts with `NotArbiter` or `NoEquivocation`.
    function slashDraws(address staker, bytes32 draw, bytes32[2] calldata values, Signature[2] calldata signatures)
        external
        nonReentrant
        returns (uint256 burned)
    {
        bytes32[2] memory structs;
        for (uint256 i = 0; i < 2; ++i) {
            structs[i] = keccak256(abi.encode(DRAW_TYPEHASH, draw, values[i]));
        }
        return _slashEquivocation(staker, structs, signatures);
    }

    // --- Views ------------------------------------------------------------------------------------------------------

    /// @notice All about a staker.
    function accountOf(address staker) external view returns (Account memory) {
        return _accounts[staker];
    }

    /// @notice What is at stake now, in base units.
    function stakeOf(address staker) public view returns (uint256) {
        return _total(_accounts[staker]);
    }

    /// @notice What is at stake and stays: 0 once an exit was requested. This is what others may rely on.
    function activeStakeOf(address staker) external view returns (uint256) {
        return _accounts[staker].exitsAt == 0 ? stakeOf(staker) : 0;
    }

    /// @notice What of the active stake is older than `ageing`.
    function agedStakeOf(address staker) external view returns (uint256) {
        Account storage account = _accounts[staker];
        if (account.exitsAt != 0) return 0;
        return _isMature(account) ? _total(account) : account.aged;
    }

    /// @notice The most that one claim may burn now.
    function maxClaim(address staker) public view returns (uint256) {
        return (stakeOf(staker) * MAX_CLAIM_BPS) / 10_000;
    }

    /// @notice A claim; its `announcedAt` is 0 where it was never announced, or was executed.
    function claimOf(address arbiter, bytes32 id) external view returns (Claim memory) {
        return _claims[arbiter][id];
    }

    /// @notice What the payment contract's domain is on this chain (EIP-712), rebuilt at every call.
    function domainSeparator() public view returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_TYPEHASH, keccak256("Golem"), keccak256("1"), block.chainid, payments));
    }

    // --- Inside -----------------------------------------------------------------------------------------------------

    function _slashEquivocation(address staker, bytes32[2] memory structs, Signature[2] calldata signatures)
        private
        returns (uint256)
    {
        Account storage account = _accounts[staker];
        if (account.arbiter != address(0)) revert NotArbiter(account.arbiter);
        if (structs[0] == structs[1]) revert NoEquivocation();
        bytes32 domain = domainSeparator();
        for (uint256 i = 0; i < 2; ++i) {
            (address signer, ECDSA.RecoverError err,) = ECDSA.tryRecover(
                MessageHashUtils.toTypedDataHash(domain, structs[i]), signatures[i].r, signatures[i].vs
            );
            if (err != ECDSA.RecoverError.NoError || signer != staker) revert NoEquivocation();
        }
        return _slash(staker, type(uint256).max);
    }

    /// @dev Fresh stake goes first, so that what is left is as old as it was.
    function _slash(address staker, uint256 most) private returns (uint256 amount) {
        Account storage account = _accounts[staker];
        uint256 total = _total(account);
        if (total == 0) revert NothingStaked();
        amount = most < total ? most : total;
        uint256 ofFresh = amount < account.fresh ? amount : account.fresh;
        // forge-lint: disable-next-line(unsafe-typecast)
        account.fresh -= uint128(ofFresh);
        // forge-lint: disable-next-line(unsafe-typecast)
        account.aged -= uint128(amount - ofFresh);
        emit Slashed(staker, account.arbiter, amount);
        Burning.burn(token, amount);
    }

    function _mature(Account storage account) private {
        if (!_isMature(account)) return;
        account.aged += account.fresh;
        account.fresh = 0;
    }

    function _isMature(Account storage account) private view returns (bool) {
        return block.timestamp >= uint256(account.freshSince) + ageing;
    }

    function _total(Account storage account) private view returns (uint256) {
        return uint256(account.aged) + account.fresh;
    }
}
