# The lme4 side of measure_peers.py: fits, and writes mean and sd of each person and dimension.
#
#   Rscript bench/peers_lme4.R RATINGS.csv OUT.csv one|all
#
# `one` fits each dimension by itself, `all` every dimension together. The last line printed has
# seconds by the clock, seconds of CPU, and how often the likelihood was computed.
suppressPackageStartupMessages(library(lme4))
given <- commandArgs(trailingOnly = TRUE)
ratings <- read.csv(given[1], stringsAsFactors = TRUE)
judges <- grep("^judge_", names(ratings), value = TRUE)
evaluated <- 0

fitted_by <- function(terms, rows) {
  judges <- judges[sapply(judges, function(name) any(rows[[name]] == 1))]
  found <- lmer(
    reformulate(c(terms, judges), response = "level"), rows,
    control = lmerControl(calc.derivs = FALSE, check.conv.singular = "ignore")
  )
  evaluated <<- evaluated + found@optinfo$feval
  found
}

# Mean and sd of the column `name` of the candidates' effects, on top of the fixed effect `level`;
# those of the population stand under "anyone".
estimates <- function(found, name, level, dimension) {
  effects <- ranef(found, condVar = TRUE, whichel = "candidate")$candidate
  spread <- attr(effects, "postVar")
  at <- place <- match(name, colnames(effects))
  if (is.list(spread)) {  # one array a term, in the order of the columns
    first <- cumsum(c(0, sapply(spread, nrow)))
    term <- findInterval(at - 1, first)
    spread <- spread[[term]]
    place <- at - first[term]
  }
  known <- Filter(function(part) name %in% rownames(part), VarCorr(found)[grep("^candidate", names(VarCorr(found)))])
  variance <- c(spread[place, place, ], known[[1]][name, name])
  data.frame(
    candidate = c(rownames(effects), "anyone"), dimension = dimension,
    mean = fixef(found)[[level]] + c(effects[[at]], 0), sd = sqrt(variance + vcov(found)[level, level])
  )
}

began <- proc.time()
if (given[3] == "one") {
  out <- lapply(levels(ratings$dimension), function(dimension) {
    rows <- droplevels(ratings[ratings$dimension == dimension, ])
    several <- nlevels(rows$cell) > 1  # with one question its luck is the person's
    found <- fitted_by(
      c("1", "(1 | candidate)", "(0 + human | rater)", "(1 | cell)"[several],
        "(1 | answer)"[several && any(rows$model == 1)]),
      rows
    )
    estimates(found, "(Intercept)", "(Intercept)", dimension)
  })
} else {
  found <- fitted_by(c(
    "0 + dimension", "(0 + dimension | candidate)", "(0 + model | candidate)", "(1 | answer)",
    "(0 + model | answer)", "(0 + human | circle)", "(0 + human | rater)", "(1 | cell)"
  ), ratings)
  out <- lapply(levels(ratings$dimension), function(dimension) {
    name <- paste0("dimension", dimension)
    estimates(found, name, name, dimension)
  })
}
took <- proc.time() - began
write.csv(do.call(rbind, out), given[2], row.names = FALSE)
cat(took[["elapsed"]], took[["user.self"]] + took[["sys.self"]], evaluated, "\n")
