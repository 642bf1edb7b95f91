import SlipwayTestSupport
import Testing

extension Trait where Self == ConditionTrait {
  /// For tests that show something to a browser.
  static var showingBrowser: Self {
    .enabled(if: Chromium.isInstalled, "no browser: devkit/install chromium")
  }

  /// For tests that work in the page as well.
  static var drivingBrowser: Self {
    .enabled(if: WebDriver.isInstalled, "no driver: devkit/install chromium chromium-driver")
  }
}
