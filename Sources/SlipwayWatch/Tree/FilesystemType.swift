import CSlipwayShims

/// Filesystems on which others can change files without this kernel noticing. See statfs(2),
/// linux/magic.h.
package enum FilesystemType {
  /// The name of the remote filesystem that holds `path`, nil if it is a local one.
  static func remoteName(at path: String) -> String? {
    remoteName(ofType: unsafe slipway_filesystem_type(path))
  }

  /// `f_type` may come sign-extended from 32 bits.
  package static func remoteName(ofType type: Int) -> String? {
    switch UInt32(truncatingIfNeeded: type) {
    case 0x6969: "NFS"
    case 0x0102_1997: "9p"
    case 0x6573_5546: "FUSE or virtiofs"
    case 0x517B, 0xFE53_4D42, 0xFF53_4D42: "SMB"
    case 0x5346_414F, 0x6B41_4653: "AFS"
    case 0x00C3_6400: "Ceph"
    case 0x7375_7245: "Coda"
    case 0x564C: "NCP"
    case 0x0116_1970: "GFS2"
    case 0x7461_636F: "OCFS2"
    case 0x0BD0_0BD0: "Lustre"
    case 0x786F_4256: "VirtualBox shared folder"
    case 0xBACB_ACBC: "VMware shared folder"
    case 0x7C7C_6673: "Parallels shared folder"
    default: nil
    }
  }
}
