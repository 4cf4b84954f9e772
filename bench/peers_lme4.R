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

# Mean and sd of the candidates' effects called `names`, each on top of the fixed effect of the name
# in `levels`; those of the population stand under "anyone".
estimates <- function(found, names, levels, dimensions) {
  effects <- ranef(found, condVar = TRUE, whichel = "candidate")$candidate
  spread <- attr(effects, "postVar")
  if (!is.list(spread)) spread <- list(spread)
  first <- cumsum(c(0, sapply(spread, nrow)))  # one array a term, in the order of the columns
  all_of <- VarCorr(found)
  parts <- all_of[grep("^candidate", names(all_of))]
  doubt <- vcov(found)
  do.call(rbind, lapply(seq_along(names), function(d) {
    at <- match(names[d], colnames(effects))
    term <- findInterval(at - 1, first)
    place <- at - first[term]
    known <- Filter(function(part) names[d] %in% rownames(part), parts)[[1]][names[d], names[d]]
    variance <- c(spread[[term]][place, place, ], known) + doubt[levels[d], levels[d]]
    data.frame(
      candidate = c(rownames(effects), "anyone"), dimension = dimensions[d],
      mean = fixef(found)[[levels[d]]] + c(effects[[at]], 0), sd = sqrt(variance)
    )
  }))
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
  names <- paste0("dimension", levels(ratings$dimension))
  out <- list(estimates(found, names, names, levels(ratings$dimension)))
}
took <- proc.time() - began
write.csv(do.call(rbind, out), given[2], row.names = FALSE)
cat(took[["elapsed"]], took[["user.self"]] + took[["sys.self"]], evaluated, "\n")
