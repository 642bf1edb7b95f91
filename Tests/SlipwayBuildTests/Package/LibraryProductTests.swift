import SlipwayBuild
import Testing

@Suite(.timeLimit(.minutes(5))) struct LibraryProductTests {
  private static let app = LibraryProduct(name: "App", isDynamic: true, usesSlipwayApp: true)
  private static let other = LibraryProduct(name: "Other", isDynamic: true, usesSlipwayApp: true)
  private static let plain = LibraryProduct(name: "Plain", isDynamic: true, usesSlipwayApp: false)
  private static let archive = LibraryProduct(
    name: "Static",
    isDynamic: false,
    usesSlipwayApp: true
  )

  @Test(
    arguments: [
      ([app], nil, "App"), ([app, plain], nil, "App"), ([plain], nil, "Plain"),
      ([app, other], "Other", "Other"), ([app, plain], "Plain", "Plain"),
    ] as [([LibraryProduct], String?, String)]
  )
  func choosesTheOneThatIsMeant(products: [LibraryProduct], name: String?, chosen: String) throws {
    #expect(try products.choose(product: name, in: "/project") == chosen)
  }

  @Test(
    arguments: [
      ([], nil, .noDynamicLibrary), ([archive], nil, .noDynamicLibrary),
      ([app, other], nil, .severalLibraries), ([app], "Nope", .unknownProduct),
      ([app, archive], "Static", .notDynamic),
    ] as [([LibraryProduct], String?, BuildError.Code)]
  )
  func refusesToGuess(products: [LibraryProduct], name: String?, code: BuildError.Code) {
    do throws(BuildError) {
      let chosen = try products.choose(product: name, in: "/project")
      Issue.record("it chose \(chosen)")
    } catch {
      #expect(error.code == code)
      #expect(error.remedy != nil)
    }
  }

  @Test func showsTheLineToAdd() {
    do throws(BuildError) {
      _ = try [Self.archive].choose(product: nil, in: "/project")
    } catch {
      let line = #".library(name: "Static", type: .dynamic, targets: ["Static"])"#
      #expect(error.remedy?.contains(line) == true)
    }
  }

  @Test func showsHowToChoose() {
    do throws(BuildError) {
      _ = try [Self.app, Self.other].choose(product: nil, in: "/project")
    } catch {
      #expect(error.message.contains("App, Other"))
      #expect(error.remedy?.contains("`swift:/project#App`") == true)
    }
  }
}
