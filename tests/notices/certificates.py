"""An authority of one test, and the certificates that it signs."""

import subprocess
from pathlib import Path
from typing import Final

KEY: Final = ("-newkey", "rsa:2048", "-nodes")


class Authority:
    """Its certificate; a key lies beside each as `.key`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.certificate = folder / "authority.pem"
        _openssl("req", "-x509", "-days", "2", *KEY, *self._files("authority"), "-subj", "/CN=Authority of a test")

    def signed(self, name: str, names: str, *, days: int = 2) -> Path:
        """A certificate for these names (`DNS:`, `IP:`); with negative days one that is over."""
        asked, path, extensions = (self._folder / f"{name}.{end}" for end in ("csr", "pem", "ext"))
        key = str(path.with_suffix(".key"))
        _openssl("req", *KEY, "-keyout", key, "-out", str(asked), "-subj", f"/CN={name}")
        extensions.write_text(f"subjectAltName={names}\n")
        signer = ("-CA", str(self.certificate), "-CAkey", str(self.certificate.with_suffix(".key")), "-CAcreateserial")
        _openssl(
            "x509",
            "-req",
            "-in",
            str(asked),
            *signer,
            "-days",
            str(days),
            "-extfile",
            str(extensions),
            "-out",
            str(path),
        )
        return path

    def signed_by_itself(self, name: str, names: str) -> Path:
        more = ("-subj", f"/CN={name}", "-addext", f"subjectAltName={names}")
        _openssl("req", "-x509", "-days", "2", *KEY, *self._files(name), *more)
        return self._folder / f"{name}.pem"

    def _files(self, name: str) -> tuple[str, ...]:
        return ("-keyout", str(self._folder / f"{name}.key"), "-out", str(self._folder / f"{name}.pem"))


def _openssl(*asked: str) -> None:
    subprocess.run(["openssl", *asked], check=True, capture_output=True)
