"""Word lists that decide what a number in an abstract is: each list is data, in the words of authors."""

from __future__ import annotations

MONTHS = (
    "January February March April May June July August September October November December "
    "Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec"
).split()

# Headings of structured abstracts, and words that are short for what is numbered.
HEADINGS = frozenset(
    "RESULTS METHODS DESIGN SETTING OBJECTIVE OBJECTIVES CONCLUSION CONCLUSIONS PARTICIPANTS PATIENTS BACKGROUND "
    "FINDINGS INTERPRETATION INTERVENTIONS MEASUREMENTS Results Methods Findings Participants Patients "
    "Conclusions".split()
)
ABBREVIATED = frozenset(
    "fig. figs. sec. eq. eqs. no. nos. vol. iss. art. pp. suppl. ch. tab. ver. v. tabs. exp.".split()
)
# A number behind one of these is an index, not an amount.
INDEXED = frozenset(
    "study studies experiment experiments section sections figure figures fig table tables chapter appendix equation "
    "theorem lemma phase phases stage stages grade grades type types class version versions track "
    "level levels item items layer "
    "layers question part parts step steps no number task tasks wave scenario case cohort model group category "
    "period volume issue article page pages top best algorithm line day week round quartile tier "
    "hypothesis hypotheses option aim aims "
    "objective objectives cycle season problem challenge chromosome node "
    "diabetes vitamin interleukin subtask session condition criterion goal factor "
    "month months paper survey surveys visit visits order hop hops peptide residue residues position positions "
    "codon exon days weeks".split()
)
# Of receptors, subunits and the like: "the beta 3 agonist".
GREEK = frozenset("alpha beta gamma delta epsilon zeta kappa lambda sigma omega".split())
# A range behind one of these is a setting ("from step 2 to step 50").
RANGE_OF_INDEX = frozenset("step steps score scores level grade age ages day week from to between of".split())

# Short words that are no nouns, so that nothing counted begins with them, and no name.
FUNCTION_WORDS = frozenset(
    "a an the this that these those it its they their them we our us i he she his her you your one "
    "who whom whose which what "
    "of in on at by for from to into onto with without within across over under between among through during after "
    "before since until till per via as than then and or nor but so yet if while whereas when where "
    "because although though "
    "is are was were be been being am do does did has have had having can could may might must shall should will would "
    "not no all both each every either neither some any many much more most less least few fewer "
    "several such only just even also "
    "about approximately around nearly almost roughly above below up down out off again further once "
    "here there how why "
    "up-to versus vs against toward towards upon regarding including using given compared based "
    "respectively total overall "
    "additionally moreover furthermore finally however thus therefore hence together altogether another other".split()
) - {"more", "less", "other", "total", "overall", "most", "fewer", "least"}

# Before a number word: it points back to things named before.
POINTERS = frozenset(
    "the these those its their his her our first last latter former other all any which whose both".split()
)

# What a paper counts of its own argument and of the parts of its method.
COUNTED_NOT = frozenset(
    "contribution contributions reason reasons challenge challenges component components module "
    "modules stage stages phase phases "
    "insight insights step steps part parts aspect aspects issue issues limitation limitations "
    "problem problems way ways "
    "principle principles mechanism mechanisms branch branches head heads encoder encoders decoder "
    "decoders loss losses objective "
    "objectives perspective perspectives idea ideas innovation innovations advantage advantages "
    "drawback drawbacks point points "
    "pillar pillars strategy strategies technique techniques technology technologies approach "
    "approaches goal goals aim aims requirement requirements "
    "observation observations finding findings hypothesis hypotheses failure failures mode modes "
    "bottleneck bottlenecks "
    "property properties assumption assumptions consideration considerations pathway pathways stream "
    "streams network networks "
    "term terms regularizer regularizers regularization block blocks level levels layer layers path paths "
    "process processes element elements ingredient ingredients feature features gap gaps obstacle "
    "obstacles direction directions "
    "theme themes concept concepts form forms role roles paradigm paradigms view views function functions "
    "operation operations procedure procedures role agent agents pass passes shortcoming "
    "shortcomings difficulty difficulties "
    "example sense senses side sides hand hands end ends extreme extremes variable variables regime "
    "quantity quantities "
    "design designs improvement improvements constraint constraints barrier barriers lesson lessons tier tiers axis "
    "enhancement enhancements trend trends signal signals notion notions line lines thing things fold "
    "player players dimensional independent authors reviewers reviewer investigators sources".split()
)
# Of these, what a study may compare: "we compare three approaches".
COMPARABLE = frozenset(
    "strategy strategies technique techniques technology technologies approach approaches paradigm "
    "paradigms agent agents "
    "feature features function functions design designs network networks encoder encoders loss "
    "losses mechanism mechanisms "
    "hypothesis hypotheses procedure procedures variable variables".split()
)
# Names of measures: a number right behind one is its value.
SCORES = frozenset(
    "FID IS AUC AUROC AUPRC ROC AP mAP mIoU IoU MAE MSE RMSE BLEU ROUGE METEOR CIDEr PSNR SSIM LPIPS "
    "FVD CLIP F1 OR HR RR RD SMD "
    "MD WMD CI CIs SD SE SEM IQR AOR aOR AHR aHR ARR NNT ICC CV WER CER PPL MRR NDCG MCC EER DSC "
    "HD95 MPJPE ELO Elo R R2 P p N n r d t F "
    "kappa alpha Kappa Dice Spearman Pearson Cronbach PPV NPV LR ATE RI NSE KGE LD IC50 EC50 Kd BMI".split()
)

# --- what a number measures, and which kind it is --------------------------------------------------------------------

# Names of what is chosen beforehand, right before a number ("batch size of 32", "k = 5") or right behind ("8 layers").
SETTINGS = (
    r"temperatures?|thresholds?|learning[- ]rates?|batch[- ]sizes?|ranks?|dos(?:es?|age|ing)|"
    r"resolutions?|context (?:lengths?|windows?|sizes?)|"
    r"sequence lengths?|window(?: size)?s?|lengths? of|dimensions?|dimensionality|cut-?offs?(?: "
    r"scores?| values?| points?)?|budgets?|sparsity|sparsities|"
    r"compression (?:ratio|rate)s?|pruning (?:ratio|rate)s?|mask(?:ing)? (?:ratio|rate)s?|dropout|depths?|"
    r"significance level|confidence level|sampling (?:rate|frequency|interval)s?|weight decay|"
    r"noise level|step size|"
    r"concentrations? of|voltages? of|field of|pressure of|bit-?width|block size|patch size|group "
    r"size|level of|keep(?:ing)? rate|"
    r"lr|SNR|seeds?|hyperparameters?|parameter|(?<!effect )(?<!sample )(?:size of|sizes)|"
    r"frequency of|wavelength of|interval of|"
    r"spacing of|grid of|time[- ](?:scale|step|lag|series|horizon)s?|lead[- ]times?|"
    r"older than|younger than|aged|ages?|over the age of|under the age of|fixed (?:at|to)|set (?:at|"
    r"to)|limited to|assuming|"
    r"duration of|every|per|training with|fine-?tun\w+ (?:only|for|with)|trained for|for up to"
)
SETTING_VARIABLES = frozenset(
    "k K T L S V λ lambda τ tau γ gamma ε epsilon ϵ η eta lr α σ H B m q w rank temperature θ s c b C M D "
    "hop hops".split()
)
SETTING_NOUNS = frozenset(
    "layer layers epoch epochs step steps iteration iterations shot shots head heads bit bits seed "
    "seeds candidates rounds "
    "demonstrations runs sparsity dropout resolution neurons neighbors neighbours qubits bins "
    "batch masking rank iterations exemplars frames replicates replications "
    "trial threshold cutoff significance "
    "probability confidence power".split()
)
# Counted, these came out of the study.
RESULT_NOUNS = frozenset(
    "deaths death errors failures events relapses complications positives negatives bugs vulnerabilities recurrences "
    "survivors improvements wins losses violations associations "
    "lower higher fewer more less faster better greater larger smaller drop gain gains increase decrease reduction "
    "improvement speedup speed-up accuracy mAP mIoU AP F1 BLEU FPS score scores PSNR AUC AUROC dB".split()
)
SCOPE_NOUNS = frozenset(
    "patients participants subjects women men children adults people users papers articles studies "
    "trials images videos samples "
    "questions tasks datasets benchmarks languages tokens models domains countries sites hospitals "
    "schools students respondents "
    "records reviews documents sentences words hours pairs examples instances annotations annotators "
    "categories classes types "
    "families dimensions metrics methods authors institutions experiments conditions groups "
    "baselines corpora networks environments "
    "robots scenes objects topics sources journals databases interviews teachers students infants "
    "volunteers mice rats animals "
    "LLMs VLMs MLLMs systems settings scenarios".split()
)
# Of such, what is found is what is then studied.
LITERATURE = frozenset(
    "studies trials papers articles records abstracts RCTs reviews citations publications reports texts titles".split()
)
PEOPLE = frozenset(
    "patients participants subjects women men children adults people students respondents infants volunteers mice rats "
    "animals physicians".split()
)
# Verbs before a count of what was found.
FOUND = (
    r"found|finds?|identif(?:y|ied|ies)|detect(?:ed|s)?|reveal(?:ed|s)?|yield(?:ed|s|ing)?|"
    r"discover(?:ed|s)?|solv(?:ed|es|ing)|died|"
    r"result(?:ed|s|ing)? in|occurred in|observed in|noted in|seen in|present in|developed in|"
    r"succeed(?:ed|s)?|fail(?:ed|s)?|"
    r"estimat(?:ed?|es|ing)|predict(?:ed|s)?|recover(?:ed|s)?|there were|of whom|of these|of which|"
    r"only|met (?:the )?|projects?|"
    r"increas\w+|decreas\w+|reduc\w+|drop\w*|rose|rises?|fell|falls?|outperform\w*|achiev\w+|reach\w*|"
    r"improv\w+|surpass\w*|beat\w*|wins?|won|"
    r"excluded|withdrew|responded|infected with|sav(?:es?|ing|ed)|score[sd]?|lower\w*|cut\w*|exceed\w*|averag\w+"
)
# Words of an outcome anywhere in a sentence.
OUTCOME = (
    r"achiev\w+|improv\w+|outperform\w*|reduc\w+|increas\w+|decreas\w+|declin\w+|higher|lower|faster|"
    r"slower|longer|shorter|better|worse|"
    r"significantly|surviv\w+|median|mean|average|averag\w+|error|errors|accuracy|differs?|differed|"
    r"differences?|computed|obtained|gains?|cost|costs|costing|latency|runtime|"
    r"takes?|took|taking|requir\w+|within|only|speed\w*|sav\w+|reach\w*|exceed\w*|surpass\w*|drop\w*|"
    r"rose|rises?|fell|lasted|delay\w*|"
    r"bias|RMSE|MAE|agreement|correlation|deviation|uncertainty|footprint|consumption|conductance|half-life|respectively|ranged|ranging|varied|"
    r"estimated|estimates?|yield\w*|result\w*|observed|measured|found|show\w*|preced\w+|ran|runs|"
    r"running"
)
SCOPE_CUES = (
    r"follow(?:ed)?[- ]?up|period|during|over (?:a|the|about|more than)?|spann?\w*|data|dataset|"
    r"corpus|corpora|record\w*|audio|video\w*|"
    r"speech|footage|hours? of|collected|collection|years? of|monitor\w*|survey\w*|aged?|old|of age|"
    r"studied|time series|observations|comprising|"
    r"measur\w+|deployed|sampled|trapping|tracked|containing|totall?ing|annotat\w+|study area|catchment|basin"
)
TREATED = (
    r"receiv\w+|took|taking|given|administ\w+|treat\w+|dose[ds]?|daily|orally|intravenous\w*|"
    r"randomi[sz]ed|assigned|injected|oral|infusion|placebo|mg"
)
GAINS = frozenset(
    "improvement improvements gain gains increase increases reduction reductions decrease drop "
    "speedup speedups decline rise change changes saving savings degradation boost advantage margin "
    "margins average".split()
)
# What a treatment consists of.
COURSES = frozenset("courses doses cycles tablets capsules sessions injections infusions".split())
# Nouns that go on with "of": three types of biases.
CLASSIFIERS = frozenset(
    "types type families family kinds kind categories classes styles forms sets pairs groups "
    "varieties sources hours aspects species courses levels dimensions cases years number".split()
)
LEADING = frozenset(
    "a an the new state-of-the-art average mean_ high highest competitive significant overall best "
    "an_ its our their maximum minimum total_ remarkable substantial impressive strong".split()
)
# "a 7B model" has that many parameters; of other things there are that many.
MODELS = frozenset(
    "model models variant variants encoder decoder family scale backbone backbones LLM LLMs VLM VLMs MLLM MLLMs "
    "transformer baseline".split()
)
# Before "of", part of a measure's name: coefficient of determination, number of tokens.
MEASURES_OF = frozenset(
    "coefficient coefficients rate rates number area probability error errors degree level risk "
    "amount percentage proportion prevalence incidence share fraction cost time speed length "
    "duration loss range density odds frequency likelihood standard period quality measure index "
    "indices accuracy ratio".split()
)
