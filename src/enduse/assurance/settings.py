"""Every constant of the fitted model and of its test in one place, each with where it comes from."""

import msgspec


class Settings(msgspec.Struct, frozen=True):
    """The constants in use.

    Attributes:
        floor: rounding and miscounts of what is counted, sd relative to the usual amount: one in ten thousand.
        silent: a flow or use nobody stated may be up to about this many usual amounts (the note of the design; twice
            covers shipments put off and made in one).
        stock: a stock nobody counted may be up to about this many times all that was ever seen there.
        late: sd of what is under way at the end of a period, part of what was shipped; only where estimation starts.
        nothing: sd of a silent flow that is no flow, part of the usual amount; only where its weight starts.
        correlation: of the drift of a scale from one period to the next (0.9 a week: half gone in six to seven weeks).
        drift: variance of the drift, part of the stated systematic variance, where estimation starts.
        reading_doubt: sd of the logarithm of the factor on a variance of readings; 2 * log 2, twice or half the stated
            sd being usual where scales are bad (Grubbs-type studies of aid warehouses are not published).
        bias_doubt, drift_doubt, late_doubt: the same of biases, of drift and of what is under way.
        heavy_tail: degrees of freedom of Student's t where errors of readings are not Gaussian (Lange et al., JASA 84,
            1989). heavy_scale: its scale as part of a Gaussian sd when campaigns are drawn: between that of the same
            variance (0.58) and that of the same middle half (0.88).
        heavy_odds: log odds of heavy tails before the readings speak. In 53 clean campaigns with a week's theft, that theft
            taken out, the readings spoke by 0.7 to 10.6 for Gaussian errors; of 18 with t3 errors in which something looked
            missing by 5 or more, three by more than 2 (``benchmarks/detection/tails.py``).
        late_tail, silent_tail: degrees of freedom of what is under way and of silent flows: few are large.
        cap: squared standardised score of one cell that counts at most for a factor, so that one theft is no bad scale.
        late_sign, drift_sign: standardised excess of scores above which lateness, or drift, is tried where nothing looks
            missing; where something does, both are tried.
        late_gain: log likelihood by which the campaign must be better explained with lateness, or drift.
        least_information: of a loss of all that passed, in units of its inverse variance, from which a window is tested:
            below, not even that would stand out by two standard deviations.
        rounds: rounds of estimation before and after the tails are chosen; again_rounds: of a drawn campaign.
        refit_rounds: of a campaign with one loss in it. heavy_rounds: after tails were found to be heavy.
        refits: places whose loss is taken into the model and fitted, of each scan.
        party_share: part of the budget for parties, the rest is for nodes and links alike.
        most_residuals: balances and differences of a material up to which the dense inverse is worked out: some ten
            seconds for a campaign.
        exceedances: campaigns that score higher after which no more are drawn (Besag & Clifford, Biometrika 78, 1991):
            with 2 an alarm at 5 % is fewer than 2 of 39.
        unremarkable: score up to which none is drawn: all hypotheses together reach it in one campaign of three.
        far: part of a score, less one, that the plain scan of a drawn campaign must reach for it to be looked into: fitting
            a loss raised one of 48 loss-free scores to more than twice that and two, from -2.1 to 2.7.
        sure: score above which no campaign is drawn to decide where errors are Gaussian: the largest of some 130 loss-free campaigns of six
            conditions that were looked at one by one was 5.5 (tail of exp(-15) with a factor of thousands to spare).
    """

    floor: float = 1e-4
    silent: float = 2.0
    stock: float = 3.0
    late: float = 0.05
    nothing: float = 0.02
    correlation: float = 0.9
    drift: float = 0.3
    reading_doubt: float = 1.4
    bias_doubt: float = 0.9
    drift_doubt: float = 1.4
    late_doubt: float = 2.0
    heavy_tail: float = 3.0
    heavy_scale: float = 0.68
    heavy_odds: float = 2.0
    late_tail: float = 2.0
    silent_tail: float = 1.0
    cap: float = 9.0
    late_sign: float = 1.5
    drift_sign: float = 1.0
    late_gain: float = 1.0
    least_information: float = 4.0
    rounds: int = 6
    again_rounds: int = 3
    refit_rounds: int = 3
    heavy_rounds: int = 4
    refits: int = 2
    party_share: float = 0.2
    most_residuals: int = 700
    exceedances: int = 2
    unremarkable: float = 1.0
    far: float = 0.5
    sure: float = 15.0
