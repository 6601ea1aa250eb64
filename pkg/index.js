/** GANomaly for programs: see README.md. */
