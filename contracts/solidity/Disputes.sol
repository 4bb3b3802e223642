// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Burning} from "./Burning.sol";
import {Incoming} from "./Incoming.sol";
import {Stake} from "./Stake.sol";
import {WeightTree} from "./WeightTree.sol";

/// @title An arbiter: panels of stakers who judge claims against stakers
/// @notice Who named this contract as arbiter can be accused here, and can sit on panels. A claim costs a bond. A panel is
/// drawn by aged stake, commits to votes, then reveals them; more than half of its seats convict. The losing party may
/// appeal with twice the bond to a panel of twice the seats, at most to the third panel. The loser's bonds pay those who
/// voted as it ended, the winner's go back, slashed stake is burned. Whoever stays silent convicts nobody.
/// @dev No owner. Assumed, and not enforced: the majority of the stake that serves here is honest. A round's dice are the
/// hash of a block after it began, thrown on the weights of before that block: whoever makes the block can throw them again
/// at its price, and nobody else can do anything about them.
contract Disputes is ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using WeightTree for WeightTree.Tree;

    /// @param draw From the beginning of a round until its panel must be drawn.
    /// @param commit From the draw, for commitments.
    /// @param reveal After that, for votes.
    /// @param appeal After that, for an appeal.
    /// @param finish After the last, for carrying the verdict out.
    /// All in seconds.
    struct Times {
        uint64 draw;
        uint64 commit;
        uint64 reveal;
        uint64 appeal;
        uint64 finish;
    }

    /// @notice Where a dispute stands.
    enum Phase {
        None,
        Drawing,
        Committing,
        Revealing,
        Appealing,
        Due,
        Finished
    }

    /// @notice How a dispute ended. `Silent`: nobody judged, all bonds went back.
    enum Verdict {
        None,
        Acquitted,
        Convicted,
        Silent
    }

    /// @param round 0 for the first panel.
    /// @param startedAt When the round began.
    /// @param drawnAt When its panel was drawn; 0 before.
    /// @param drawBlock The block whose hash draws it.
    /// @param accuserBonds What the accuser has put up in all rounds.
    /// @param accusedBonds What the accused has put up in all rounds.
    /// @param feePerSeat What each seat that voted as it ended may take; set at the end.
    /// @param evidence CID of what the accuser shows.
    struct Dispute {
        address accuser;
        uint8 round;
        Verdict verdict;
        uint64 startedAt;
        address accused;
        uint64 drawnAt;
        uint64 drawBlock;
        uint128 amount;
        uint128 accuserBonds;
        uint128 accusedBonds;
        uint128 feePerSeat;
        string evidence;
    }

    /// @notice What a seat said.
    enum Vote {
        None,
        Acquit,
        Convict
    }

    /// @param seats How many seats a juror holds.
    struct Juror {
        uint32 seats;
        Vote vote;
        bool isPaid;
        bytes32 commitment;
    }

    struct Panel {
        address[] jurors;
        uint32 acquitting;
        uint32 convicting;
        mapping(address => Juror) byAccount;
    }

    /// @notice Appeals go no further than this many panels.
    uint256 public constant MAX_ROUNDS = 3;
    /// @dev Blocks between the beginning of a round and the one that draws its panel.
    uint256 private constant DRAW_DELAY_BLOCKS = 2;
    /// @dev A seat stays empty after this many draws of somebody who may not sit there.
    uint256 private constant DRAWS_PER_SEAT = 4;
    uint256 private constant MAX_FIRST_SEATS = 9;
    /// @dev All bonds of a dispute together fit into 128 bits.
    uint256 private constant MAX_BOND = type(uint120).max;

    /// @notice Who is accused here, and who judges.
    Stake public immutable stake;
    /// @notice Of bonds, and of the stake.
    IERC20 public immutable token;
    /// @notice What a claim costs; an appeal costs twice as much as the step before it.
    uint128 public immutable bond;
    /// @notice Seats of the first panel; each further one has twice as many.
    uint256 public immutable firstSeats;
    /// @notice See `Times`.
    uint64 public immutable drawSeconds;
    /// @notice See `Times`.
    uint64 public immutable commitSeconds;
    /// @notice See `Times`.
    uint64 public immutable revealSeconds;
    /// @notice See `Times`.
    uint64 public immutable appealSeconds;

    /// @notice How many disputes were opened; their ids are 1 to this.
    uint256 public count;
    /// @notice Bonds that came back and were not taken yet.
    mapping(address party => uint256) public owed;
    mapping(uint256 id => Dispute) private _disputes;
    mapping(uint256 id => mapping(uint256 round => Panel)) private _panels;
    WeightTree.Tree private _jurors;

    /// @notice A juror's weight in draws changed.
    event Enlisted(address indexed juror, uint256 weight);
    /// @notice Somebody was accused.
    event Opened(uint256 indexed id, address indexed accuser, address indexed accused, uint256 amount, string evidence);
    /// @notice A panel was drawn; jurors with several seats stand once in the list.
    event Drawn(uint256 indexed id, uint256 indexed round, address[] jurors);
    /// @notice The dice were too old and will be thrown again.
    event DrawPostponed(uint256 indexed id, uint256 drawBlock);
    /// @notice A juror committed to a vote.
    event Committed(uint256 indexed id, uint256 indexed round, address indexed juror);
    /// @notice A juror's vote is known.
    event Revealed(uint256 indexed id, uint256 indexed round, address indexed juror, Vote vote);
    /// @notice The losing party asked for a larger panel.
    event AppealedTo(uint256 indexed id, uint256 indexed round, address indexed appellant, uint256 bond);
    /// @notice It is over.
    event Finished(uint256 indexed id, Verdict verdict, uint256 burned, uint256 feePerSeat);
    /// @notice A juror took its fee.
    event FeePaid(uint256 indexed id, address indexed juror, uint256 amount);
    /// @notice A party took bonds back.
    event OwedPaid(address indexed party, uint256 amount);

    /// @notice Times must fit into the life of a claim, seats be 1 to 9, the bond above zero and within 120 bits.
    error TermsInvalid();
    /// @notice The dispute is in another phase.
    error WrongPhase(Phase phase);
    /// @notice The block that draws the panel is not made yet.
    error TooEarly(uint256 drawBlock);
    /// @notice Nobody accuses itself.
    error SelfAccusation();
    /// @notice Who names another arbiter, or has no aged stake, is not drawn.
    error NotEligible();
    /// @notice The caller holds no seat in this panel.
    error NotJuror();
    /// @notice A juror commits once, and reveals what it committed to, once.
    error CommitmentInvalid();
    /// @notice Only the party that lost the round.
    error NotLoser(address loser);
    /// @notice A fee is for seats that voted as it ended, once.
    error NoFee();
    /// @notice No bonds came back to the caller, or it has taken them.
    error NothingOwed();

    /// @dev Reverts with `TermsInvalid`. All rounds and the carrying out fit into the life of a claim, and the shortest
    /// way to a conviction is longer than the stake's delay.
    constructor(Stake stake_, uint128 bond_, uint256 firstSeats_, Times memory times) {
        uint256 round = uint256(times.draw) + times.commit + times.reveal + times.appeal;
        uint256 shortest = uint256(times.commit) + times.reveal + times.appeal;
        if (
            bond_ == 0 || bond_ > MAX_BOND || firstSeats_ == 0 || firstSeats_ > MAX_FIRST_SEATS || times.draw == 0 || times.commit == 0
                || times.reveal == 0 || times.appeal == 0 || times.finish == 0
                || MAX_ROUNDS * round + times.finish > stake_.claimLife() || shortest < stake_.slashDelay()
        ) revert TermsInvalid();
        stake = stake_;
        token = stake_.token();
        bond = bond_;
        firstSeats = firstSeats_;
        drawSeconds = times.draw;
        commitSeconds = times.commit;
        revealSeconds = times.reveal;
        appealSeconds = times.appeal;
    }

    // --- Jurors -----------------------------------------------------------------------------------------------------

    /// @notice Makes the caller's aged stake its weight in draws from now on.
    /// @dev Reverts with `NotEligible`.
    function enlist() external {
        uint256 weight = weightOf(msg.sender);
        if (weight == 0) revert NotEligible();
        _weigh(msg.sender, weight);
    }

    /// @notice Ends the caller's service: it is not drawn by later dice. Seats that it holds it keeps.
    function resign() external {
        _weigh(msg.sender, 0);
    }

    /// @notice Commits the caller to a vote in the present panel of a dispute.
    /// @dev Reverts with `WrongPhase`, `NotJuror` or `CommitmentInvalid`.
    /// @param commitment `commitmentOf` the vote, with a salt that nobody can guess.
    function commit(uint256 id, bytes32 commitment) external {
        _require(id, Phase.Committing);
        uint256 round = _disputes[id].round;
        Juror storage juror = _panels[id][round].byAccount[msg.sender];
        if (juror.seats == 0) revert NotJuror();
        if (juror.commitment != 0 || commitment == 0) revert CommitmentInvalid();
        juror.commitment = commitment;
        emit Committed(id, round, msg.sender);
    }

    /// @notice Reveals the caller's vote. It counts once for each of its seats.
    /// @dev Reverts with `WrongPhase`, `NotJuror` or `CommitmentInvalid`.
    function reveal(uint256 id, Vote vote, bytes32 salt) external {
        _require(id, Phase.Revealing);
        uint256 round = _disputes[id].round;
        Panel storage panel = _panels[id][round];
        Juror storage juror = panel.byAccount[msg.sender];
        if (juror.seats == 0) revert NotJuror();
        if (
            vote == Vote.None || juror.vote != Vote.None
                || juror.commitment != commitmentOf(id, round, msg.sender, vote, salt)
        ) revert CommitmentInvalid();
        juror.vote = vote;
        if (vote == Vote.Convict) panel.convicting += juror.seats;
        else panel.acquitting += juror.seats;
        emit Revealed(id, round, msg.sender, vote);
    }

    /// @notice Takes the caller's fee of a finished dispute, for all panels in which it voted as it ended.
    /// @dev Reverts with `NoFee`.
    function takeFee(uint256 id) external nonReentrant returns (uint256 amount) {
        Dispute storage dispute = _disputes[id];
        Vote winning = _winningVote(dispute.verdict);
        uint256 seats;
        for (uint256 round = 0; winning != Vote.None && round <= dispute.round; ++round) {
            Juror storage juror = _panels[id][round].byAccount[msg.sender];
            if (juror.vote != winning || juror.isPaid) continue;
            juror.isPaid = true;
            seats += juror.seats;
        }
        amount = seats * dispute.feePerSeat;
        if (amount == 0) revert NoFee();
        emit FeePaid(id, msg.sender, amount);
        token.safeTransfer(msg.sender, amount);
    }

    // --- Disputes ---------------------------------------------------------------------------------------------------

    /// @notice Accuses a staker, with a bond from the caller's wallet, by its allowance.
    /// @dev Reverts with `SelfAccusation`, as `Stake.announce` does, or as the token does.
    /// @param amount What a conviction burns; `Stake.maxClaim` bounds it.
    /// @param actAt When that was done of which the staker is accused; the panel judges whether that is so.
    /// @param evidence CID of what the accuser shows.
    function open(address accused, uint128 amount, uint64 actAt, string calldata evidence)
        external
        nonReentrant
        returns (uint256 id)
    {
        if (accused == msg.sender) revert SelfAccusation();
        id = ++count;
        Dispute storage dispute = _disputes[id];
        dispute.accuser = msg.sender;
        dispute.accused = accused;
        dispute.amount = amount;
        dispute.evidence = evidence;
        dispute.accuserBonds = bond;
        _begin(dispute);
        emit Opened(id, msg.sender, accused, amount, evidence);
        stake.announce(bytes32(id), accused, amount, actAt);
        Incoming.take(token, bond);
    }

    /// @notice Draws the present round's panel. Anyone may call it.
    /// @dev Reverts with `WrongPhase` or `TooEarly`. Where more than 256 blocks have passed the dice are thrown again.
    function draw(uint256 id) external {
        _require(id, Phase.Drawing);
        Dispute storage dispute = _disputes[id];
        if (block.number <= dispute.drawBlock) revert TooEarly(dispute.drawBlock);
        bytes32 dice = blockhash(dispute.drawBlock);
        if (dice == 0) {
            dispute.drawBlock = uint64(block.number + DRAW_DELAY_BLOCKS);
            emit DrawPostponed(id, dispute.drawBlock);
            return;
        }
        dispute.drawnAt = uint64(block.timestamp);
        uint256 round = dispute.round;
        Panel storage panel = _panels[id][round];
        uint256 seats = seatsOf(round);
        for (uint256 seat = 0; seat < seats; ++seat) {
            address juror = _drawOne(dispute, uint256(keccak256(abi.encode(dice, id, round, seat))));
            if (juror == address(0)) continue;
            if (panel.byAccount[juror].seats++ == 0) panel.jurors.push(juror);
        }
        emit Drawn(id, round, panel.jurors);
    }

    /// @notice Takes the dispute to a panel of twice the seats, with twice the last bond from the caller's wallet. The
    /// party that lost the round only.
    /// @dev Reverts with `WrongPhase`, `NotLoser`, or as the token does.
    function appeal(uint256 id) external nonReentrant {
        _require(id, Phase.Appealing);
        Dispute storage dispute = _disputes[id];
        bool convicted = _convicts(id, dispute.round);
        address loser = convicted ? dispute.accused : dispute.accuser;
        if (msg.sender != loser) revert NotLoser(loser);
        uint256 round = ++dispute.round;
        uint128 added = bond << uint8(round);
        if (convicted) dispute.accusedBonds += added;
        else dispute.accuserBonds += added;
        _begin(dispute);
        emit AppealedTo(id, round, msg.sender, added);
        Incoming.take(token, added);
    }

    /// @notice Carries the last panel's verdict out. Anyone may call it.
    /// @dev Reverts with `WrongPhase`. Jurors of the last panel who revealed nothing are not drawn again until they enlist
    /// anew.
    function finish(uint256 id) external nonReentrant returns (Verdict verdict) {
        _require(id, Phase.Due);
        Dispute storage dispute = _disputes[id];
        Panel storage last = _panels[id][dispute.round];
        verdict = _convicts(id, dispute.round) ? Verdict.Convicted : Verdict.Acquitted;
        if (last.acquitting + last.convicting == 0) verdict = Verdict.Silent;
        dispute.verdict = verdict;
        _dismissSilent(last);

        uint256 burned;
        if (verdict == Verdict.Convicted) {
            // Nobody carried it out in time, or the stake was slashed to nothing meanwhile: then that is so.
            try stake.execute(bytes32(id)) returns (uint256 amount) {
                burned = amount;
            } catch {}
        }
        _share(id, dispute);
        emit Finished(id, verdict, burned, dispute.feePerSeat);
    }

    /// @notice Sends the caller the bonds that came back to it.
    /// @dev Apart from `finish`, so that no party's account can keep a verdict from being carried out.
    /// Reverts with `NothingOwed`.
    function takeOwed() external nonReentrant returns (uint256 amount) {
        amount = owed[msg.sender];
        if (amount == 0) revert NothingOwed();
        owed[msg.sender] = 0;
        emit OwedPaid(msg.sender, amount);
        token.safeTransfer(msg.sender, amount);
    }

    // --- Views ------------------------------------------------------------------------------------------------------

    /// @notice A dispute; its accuser is 0 where there is none.
    function disputeOf(uint256 id) external view returns (Dispute memory) {
        return _disputes[id];
    }

    /// @notice Where a dispute stands, by the clock.
    function phaseOf(uint256 id) public view returns (Phase) {
        Dispute storage dispute = _disputes[id];
        if (dispute.accuser == address(0)) return Phase.None;
        if (dispute.verdict != Verdict.None) return Phase.Finished;
        if (dispute.drawnAt == 0) {
            return block.timestamp < dispute.startedAt + drawSeconds ? Phase.Drawing : Phase.Due;
        }
        uint256 until = dispute.drawnAt + commitSeconds;
        if (block.timestamp < until) return Phase.Committing;
        until += revealSeconds;
        if (block.timestamp < until) return Phase.Revealing;
        if (dispute.round + 1 < MAX_ROUNDS && block.timestamp < until + appealSeconds) return Phase.Appealing;
        return Phase.Due;
    }

    /// @notice A panel: who sits on it, and how many seats have revealed which vote.
    function panelOf(uint256 id, uint256 round)
        external
        view
        returns (address[] memory jurors, uint256 acquitting, uint256 convicting)
    {
        Panel storage panel = _panels[id][round];
        return (panel.jurors, panel.acquitting, panel.convicting);
    }

    /// @notice A juror's seats and vote in a panel.
    function jurorOf(uint256 id, uint256 round, address juror) external view returns (Juror memory) {
        return _panels[id][round].byAccount[juror];
    }

    /// @notice Seats of a round's panel: twice as many as of the round before.
    function seatsOf(uint256 round) public view returns (uint256) {
        return firstSeats << round;
    }

    /// @notice What an account would weigh if it enlisted now: its aged stake, where it names this arbiter.
    function weightOf(address juror) public view returns (uint256) {
        return stake.accountOf(juror).arbiter == address(this) ? stake.agedStakeOf(juror) : 0;
    }

    /// @notice What an account weighs in draws, and what all weigh.
    function enlistedOf(address juror) external view returns (uint256 weight, uint256 total) {
        return (_jurors.weightOf(juror), _jurors.totalAt(uint48(block.number)));
    }

    /// @notice What a juror commits to: nobody else can use or copy it.
    function commitmentOf(uint256 id, uint256 round, address juror, Vote vote, bytes32 salt)
        public
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(id, round, juror, vote, salt));
    }

    // --- Inside -----------------------------------------------------------------------------------------------------

    function _require(uint256 id, Phase wanted) private view {
        Phase phase = phaseOf(id);
        if (phase != wanted) revert WrongPhase(phase);
    }

    function _begin(Dispute storage dispute) private {
        dispute.startedAt = uint64(block.timestamp);
        dispute.drawnAt = 0;
        dispute.drawBlock = uint64(block.number + DRAW_DELAY_BLOCKS);
    }

    /// @dev Draws from the weights of before the dice were thrown. Whoever has lost aged stake since is weighed anew and
    /// drawn past. 0 where nobody was found.
    function _drawOne(Dispute storage dispute, uint256 dice) private returns (address) {
        uint48 before = uint48(dispute.drawBlock - 1);
        uint256 total = _jurors.totalAt(before);
        for (uint256 i = 0; total != 0 && i < DRAWS_PER_SEAT; ++i) {
            address juror = _jurors.findAt(dice % total, before);
            dice = uint256(keccak256(abi.encode(dice)));
            uint256 weight = weightOf(juror);
            if (weight < _jurors.weightAt(juror, before)) {
                if (weight < _jurors.weightOf(juror)) _weigh(juror, weight);
            } else if (juror != dispute.accuser && juror != dispute.accused) {
                return juror;
            }
        }
        return address(0);
    }

    /// @dev More than half of all seats, empty and silent ones included.
    function _convicts(uint256 id, uint256 round) private view returns (bool) {
        return 2 * uint256(_panels[id][round].convicting) > seatsOf(round);
    }

    function _weigh(address juror, uint256 weight) private {
        // forge-lint: disable-next-line(unsafe-typecast)
        _jurors.set(juror, uint128(weight));
        emit Enlisted(juror, weight);
    }

    function _dismissSilent(Panel storage panel) private {
        for (uint256 i = 0; i < panel.jurors.length; ++i) {
            address juror = panel.jurors[i];
            if (panel.byAccount[juror].vote == Vote.None && _jurors.weightOf(juror) != 0) _weigh(juror, 0);
        }
    }

    /// @dev The winner's bonds go back; the loser's are shared by the seats that voted as it ended, the rest is burned.
    function _share(uint256 id, Dispute storage dispute) private {
        uint256 toAccuser = dispute.accuserBonds;
        uint256 toAccused = dispute.accusedBonds;
        if (dispute.verdict != Verdict.Silent) {
            bool convicted = dispute.verdict == Verdict.Convicted;
            uint256 lost;
            if (convicted) (lost, toAccused) = (toAccused, 0);
            else (lost, toAccuser) = (toAccuser, 0);
            uint256 seats;
            for (uint256 round = 0; round <= dispute.round; ++round) {
                Panel storage panel = _panels[id][round];
                seats += convicted ? panel.convicting : panel.acquitting;
            }
            uint256 each = seats == 0 ? 0 : lost / seats;
            // forge-lint: disable-next-line(unsafe-typecast)
            dispute.feePerSeat = uint128(each);
            Burning.burn(token, lost - each * seats);
        }
        owed[dispute.accuser] += toAccuser;
        owed[dispute.accused] += toAccused;
    }

    function _winningVote(Verdict verdict) private pure returns (Vote) {
        if (verdict == Verdict.Convicted) return Vote.Convict;
        return verdict == Verdict.Acquitted ? Vote.Acquit : Vote.None;
    }
}
