//! Command line, data sets on disk, reports.
