extension IgnoreFile {
  /// What is never watched, whatever the project's files say: the stores of version control,
  /// build products, installed packages, caches, and the files that editors write beside the one
  /// they save.
  static let builtin = IgnoreFile(
    text: """
      .git
      .hg
      .svn
      .build*/
      .slipway
      .swiftpm
      DerivedData
      node_modules
      __pycache__
      *.py[co]
      .mypy_cache
      .pytest_cache
      .ruff_cache
      .nox
      .tox
      .DS_Store

      # vim: probe, swap, backup
      4913
      .*.sw?
      *~

      # emacs: lock, autosave, flycheck
      .#*
      \\#*#
      flycheck_*

      # JetBrains
      *___jb_tmp___
      *___jb_old___

      # GLib: gedit and its kin
      .goutputstream-*

      # Kate
      .*.kate-swp
      """
  )

  /// A directory with this file in it is a Python virtual environment (PEP 405).
  static let virtualEnvironmentMarker = "pyvenv.cfg"
}
