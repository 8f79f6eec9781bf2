//! Reading a container piece by piece, without a step past its end.

/// Bytes that are taken from the front.
pub(super) struct Pieces<'a> {
    whole: &'a [u8],
    at: usize,
}

impl<'a> Pieces<'a> {
    pub(super) fn of(whole: &'a [u8]) -> Self {
        Self { whole, at: 0 }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.at >= self.whole.len()
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.whole.get(self.at..).unwrap_or_default()
    }

    /// The next `count` bytes; nothing is taken where there are fewer.
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(count)?;
        let taken = self.whole.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    pub(super) fn big16(&mut self) -> Option<u16> {
        self.array().map(u16::from_be_bytes)
    }

    pub(super) fn big32(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }

    pub(super) fn little16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn little32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }
}
