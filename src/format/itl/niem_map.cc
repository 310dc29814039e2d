#include "format/itl/niem_map.h"

#include <algorithm>

namespace puente::format::niem {
namespace {

#define PUENTE_QUALITY_ITEMS(first, second, third) \
#third "=QualityAlgorithmProduct# " #first "=QualityValue " #second "=QualityAlgorithmVendor#|QualityMeasureVendor#"
#define PUENTE_BOX                                                                 \
  "5=SegmentBottomVerticalCoordinateValue 2=SegmentLeftHorizontalCoordinateValue " \
  "3=SegmentRightHorizontalCoordinateValue 4=SegmentTopVerticalCoordinateValue"
#define PUENTE_VERTEX "PositionPolygonVertex(PositionHorizontalCoordinateValue,PositionVerticalCoordinateValue)"
#define PUENTE_POINT "1=ImageLocationHorizontalCoordinateMeasure 2=ImageLocationVerticalCoordinateMeasure"
#define PUENTE_POSITION "FrictionRidgePositionCode|FingerPositionCode|PalmPositionCode|PlantarPositionCode"
#define PUENTE_FINGER "FingerPositionCode|FrictionRidgePositionCode"
#define PUENTE_PALM "PalmPositionCode|FrictionRidgePositionCode"
#define PUENTE_VERTICES \
  "ImageSegmentVertex(ImageLocationHorizontalCoordinateMeasure,ImageLocationVerticalCoordinateMeasure)"
#define PUENTE_POLYGON "ImageSegmentPolygon/" PUENTE_VERTICES
#define EFS "ExtendedFeatureSetMinutiae/"

constexpr Row kHeader[] = {
    {2, "", "1=ImageReference#"},
    {992, "", "1=Type2CrossReference#"},
    {902, "ProcessAnnotation*",
     "1=ProcessUTCDate/nc:DateTime 2=ProcessName 3=ProcessOwnerText 4=ProcessDescriptionText"},
    {995, "AssociatedContext*", "1=Context# 2=ImageSegment#"},
    {996, "ImageHashValue", "1=."},
    {997, "SourceRepresentation*", "1=Source# 2=ImageSegment#"},
};

constexpr Row kType1[] = {
    {5, "Transaction/TransactionDate", "1=nc:Date"},
    {7, "Transaction/TransactionDestinationOrganization", "1=nc:Organization#"},
    {8, "Transaction/TransactionOriginatingOrganization", "1=nc:Organization#"},
    {17, "Transaction",
     "1=TransactionDestinationOrganization/nc:OrganizationName "
     "2=TransactionOriginatingOrganization/nc:OrganizationName"},
    {14, "Transaction/TransactionUTCDate", "1=nc:DateTime"},
    {9, "Transaction", "1=TransactionControl#"},
    {10, "Transaction", "1=TransactionControlReference#"},
    {13, "Transaction/TransactionDomain", "2=DomainVersionNumber# 1=TransactionDomainName|OrganizationName"},
    {16, "Transaction/TransactionApplicationProfile*",
     "1=ApplicationProfileOrganizationName 2=ApplicationProfileName 3=ApplicationProfileVersion#"},
    {11, "Transaction/TransactionImageResolutionDetails", "1=NativeScanningResolutionValue"},
    {12, "Transaction/TransactionImageResolutionDetails", "1=NominalTransmittingResolutionValue"},
    {2, "Transaction", "1m=TransactionMajorVersionValue 1n=TransactionMinorVersionValue"},
    {6, "Transaction", "1=TransactionPriorityValue"},
    {4, "Transaction", "1=TransactionCategoryCode"},
    {3, "Transaction/TransactionContentSummary",
     "1=ContentFirstRecordCategoryCode 2=ContentRecordQuantity|ContentRecordCount"},
    {3, "Transaction/TransactionContentSummary/ContentRecordSummary*2", "2=ImageReference# 1=RecordCategoryCode"},
    {15, "Transaction/TransactionCharacterSetDirectory*",
     "2=CharacterSetCommonNameCode 1=CharacterSetIndexCode 3=CharacterSetVersion#"},
    {18, "Transaction", "1=TransactionGeographicNameSetCode"},
};

constexpr Row kGray[] = {
    {9, "@", "1=nc:BinaryBase64Object"},
    {5, "@/ImageCaptureDetail", "1=CaptureResolutionCode"},
    {8, "@", "1=ImageCompressionAlgorithmCode"},
    {6, "@", "1=ImageHorizontalLineLengthPixelQuantity"},
    {7, "@", "1=ImageVerticalLineLengthPixelQuantity"},
    {4, "@/FingerprintImagePosition", "1+=FingerPositionCode"},
    {3, "@", "1=FingerprintImageImpressionCaptureCategoryCode"},
};

constexpr Row kType8[] = {
    {8, "@", "1=nc:BinaryBase64Object"},
    {5, "@/ImageCaptureDetail", "1=CaptureResolutionCode"},
    {6, "@", "1=ImageHorizontalLineLengthPixelQuantity"},
    {7, "@", "1=ImageVerticalLineLengthPixelQuantity"},
    {4, "@", "1=SignatureRepresentationCode"},
    {3, "@", "1=SignatureCategoryCode"},
};

constexpr Row kType9[] = {
    {3, "", "1=MinutiaeImpressionCaptureCategoryCode"},
    {4, "", "1=MinutiaeFormatNISTStandardIndicator"},
    {901, "MinutiaeUniversalLatentWorkstationAnnotationText*", "1=."},
    {903, "BiometricCaptureDetail", "1=CaptureDevice#"},
    {904, "BiometricCaptureDetail", "1=CaptureDeviceMakeText 2=CaptureDeviceModelText 3=CaptureDeviceSerialNumberText"},
    {12, "itl:Minutiae/itl:MinutiaeNISTStandard/itl:MinutiaDetail*",
     "2x=PositionHorizontalCoordinateValue 2y=PositionVerticalCoordinateValue 1=Minutia# 2t=PositionThetaAngleMeasure "
     "3=MinutiaQualityValue 4=MinutiaCategoryCode 5+,=MinutiaRidgeCount(RidgeCountReference#,RidgeCountValue)"},
    {10, "itl:Minutiae/itl:MinutiaeNISTStandard", "1=MinutiaeQuantity"},
    {5, "itl:Minutiae/itl:MinutiaeNISTStandard/MinutiaeReadingSystem",
     "2=ReadingSystemCodingMethodCode 1=ReadingSystemName 3=ReadingSystemSubsystem#"},
    {11, "itl:Minutiae/itl:MinutiaeNISTStandard", "1=MinutiaeRidgeCountIndicator"},
    {8, "itl:Minutiae/MinutiaeFingerCorePosition*",
     "1h=PositionHorizontalCoordinateValue 1l=PositionVerticalCoordinateValue"},
    {9, "itl:Minutiae/MinutiaeFingerDeltaPosition*",
     "1h=PositionHorizontalCoordinateValue 1l=PositionVerticalCoordinateValue"},
    {7, "itl:Minutiae/itl:MinutiaeFingerPatternDetail", "1=itl:FingerPatternCodeSourceCode 2+=FingerPatternCode"},
    {6, "itl:Minutiae/MinutiaeFingerPositionCode|MinutiaePalmPositionCode*", "1=."},
    {176, "OtherMinutiae", "1=MinutiaeAlgorithmOwnerText"},
    {177, "OtherMinutiae/MinutiaeAlgorithm", "1=MinutiaeAlgorithmName 2=MinutiaeAlgorithmVersionText"},
    {178, "OtherMinutiae/MinutiaeCaptureDevice", "1=CaptureDeviceName 2=CaptureDeviceVersionText"},
    {179, "OtherMinutiae/MinutiaeFormatContactOrganization/nc:OrganizationPrimaryContactInformation",
     "1=nc:ContactInformationDescriptionText"},
    {126, "INCITSMinutiae", "1=CBEFFFormatOwner# 2=CBEFFFormatCategory# 3=CBEFFProduct#"},
    {127, "INCITSMinutiae/ImageCaptureDetail", "2=CaptureDevice# 1=CaptureDeviceCertificationCode"},
    {128, "INCITSMinutiae/FingerImpressionImage", "1=ImageHorizontalLineLengthPixelQuantity"},
    {131, "INCITSMinutiae/FingerImpressionImage", "1=ImageHorizontalPixelDensityValue"},
    {130, "INCITSMinutiae/FingerImpressionImage", "1=ImageScaleUnitsCode"},
    {129, "INCITSMinutiae/FingerImpressionImage", "1=ImageVerticalLineLengthPixelQuantity"},
    {132, "INCITSMinutiae/FingerImpressionImage", "1=ImageVerticalPixelDensityValue"},
    {134, "INCITSMinutiae/FingerImpressionImage", "1=FingerPositionCode"},
    {133, "INCITSMinutiae", "1=FingerViewNumeric"},
    {135, "INCITSMinutiae/MinutiaeQuality*", PUENTE_QUALITY_ITEMS(1, 2, 3)},
    {136, "INCITSMinutiae", "1=MinutiaeQuantity"},
    {137, "INCITSMinutiae/INCITSMinutia*",
     "1=Minutia# 2=INCITSMinutiaLocation/PositionHorizontalCoordinateValue "
     "3=INCITSMinutiaLocation/PositionVerticalCoordinateValue 4=INCITSMinutiaLocation/ImageLocationThetaAngleMeasure "
     "5=INCITSMinutiaCategoryCode 6=MinutiaQualityValue"},
    {138, "INCITSMinutiae/MinutiaeRidgeCountDetail", "1=INCITSRidgeCountAlgorithmCode"},
    {138, "INCITSMinutiae/MinutiaeRidgeCountDetail/MinutiaeRidgeCountItem*2",
     "1=Minutia# 2=MinutiaReference# 3=RidgeCountValue"},
    {139, "INCITSMinutiae/FingerprintPatternCoreLocation*",
     "1=PositionHorizontalCoordinateValue 2=PositionVerticalCoordinateValue 3=ImageLocationThetaAngleMeasure"},
    {140, "INCITSMinutiae/FingerprintPatternDeltaLocation*",
     "1=PositionHorizontalCoordinateValue 2=PositionVerticalCoordinateValue 3=ImageLocationThetaAngleMeasure"},
    {141, "INCITSMinutiae/FingerprintPatternDeltaLocation*",
     "1=ImageLocationThetaAngleMeasure[2] 2=ImageLocationThetaAngleMeasure[3]"},
};
constexpr Row kExtended[] = {
    {303, EFS "ExtendedFeatureSetProfileIdentification*", "1=nc:IdentificationID"},
    {300, EFS "FrictionRidgeImageRegionOfInterest",
     "1=ImageSegmentWidthMeasure 2=ImageSegmentHeightMeasure 3=ImageSegmentHorizontalOffsetMeasure "
     "4=ImageSegmentVerticalOffsetMeasure 5~=" PUENTE_POLYGON},
    {301, EFS "FingerprintImageFingerprintOrientation", "1=OrientationAngleValue 2=OrientationAngleUncertaintyValue"},
    {302, EFS "MinutiaeFrictionRidgeLocation|MinutiaeFingerLocation|MinutiaePalmLocation|MinutiaePlantarLocation*",
     "1=" PUENTE_POSITION " 2=SegmentLocationCode 3=FingerprintOffCenterCode 4~=" PUENTE_POLYGON},
    {307, EFS "FingerprintPatternClassification*",
     "1=FingerprintPatternGeneralClassCode 2=FingerprintPatternSubClassCode "
     "3=FingerprintPatternWhorlDeltaRelationshipCode"},
    {309, EFS "MinutiaeRidgeQualityMap", "1=MinutiaeRidgeQualityMapCellSizeValue 2=MinutiaeRidgeQualityMapFormatCode"},
    {308, EFS "MinutiaeRidgeQualityMap/MinutiaeRidgeQualityMapRowText*", "1=."},
    {311, EFS "MinutiaeRidgeFlowMap", "1=MinutiaeRidgeFlowMapSamplingFrequencyValue 2=MinutiaeRidgeFlowMapFormatCode"},
    {310, EFS "MinutiaeRidgeFlowMap/MinutiaeRidgeFlowMapRowText*", "1=."},
    {313, EFS "MinutiaeRidgeWavelengthMap",
     "1=MinutiaeRidgeWavelengthMapSamplingFrequencyValue 2=MinutiaeRidgeWavelengthMapFormatCode"},
    {312, EFS "MinutiaeRidgeWavelengthMap/MinutiaeRidgeWavelengthMapRowText*", "1=."},
    {314, EFS "FrictionRidgeImageTonalReversalCode", "1=."},
    {315, EFS "FrictionRidgeImageLateralReversalCode", "1=."},
    {316, EFS "ImageQuality*", PUENTE_QUALITY_ITEMS(1, 2, 3)},
    {317, EFS "MinutiaeGrowthOrShrinkage", "1=MinutiaeGrowthOrShrinkageCode 2=MinutiaeCommentText"},
    {325, EFS "MinutiaeNoCoresPresentIndicator", "1=."},
    {320, EFS "MinutiaeCore*",
     PUENTE_POINT " 3=MinutiaeCoreDirectionMeasure 4=ImageLocationUncertaintyRadiusMeasure "
                  "5=MinutiaeCoreDirectionUncertaintyValue"},
    {326, EFS "MinutiaeNoDeltasPresentIndicator", "1=."},
    {321, EFS "MinutiaeDelta*",
     PUENTE_POINT " 3=MinutiaeDeltaDirectionUpMeasure 4=MinutiaeDeltaDirectionLeftMeasure "
                  "5=MinutiaeDeltaDirectionRightMeasure 6=MinutiaeDeltaCategoryCode "
                  "7=ImageLocationUncertaintyRadiusMeasure 8=MinutiaeDeltaDirectionUpUncertaintyValue "
                  "9=MinutiaeDeltaDirectionLeftUncertaintyValue 10=MinutiaeDeltaDirectionRightUncertaintyValue"},
    {322, EFS "MinutiaeRidgeCountCoreToDelta*",
     "1=MinutiaeCore# 2=MinutiaeDelta# 3=RidgeCountMinimumValue 4=RidgeCountMaximumValue"},
    {323, EFS "FrictionRidgeImageCenter*",
     "1=FrictionRidgeImageCenterLocationMethodCode 2=ImageLocationHorizontalCoordinateMeasure "
     "3=ImageLocationVerticalCoordinateMeasure 4=ImageLocationUncertaintyRadiusMeasure"},
    {327, EFS "MinutiaeNoDistinctiveFeaturesPresentIndicator", "1=."},
    {324, EFS "MinutiaeDistinctiveFeature*",
     "1=MinutiaeDistinctiveFeatureCategoryCode 2~=" PUENTE_POLYGON " 3=MinutiaeCommentText"},
    {334, EFS "MinutiaeNoMinutiaePresentIndicator", "1=."},
    {331, EFS "EFSMinutia*",
     PUENTE_POINT " 3=ImageLocationThetaAngleMeasure 4=EFSMinutiaCategoryCode 5=ImageLocationUncertaintyRadiusMeasure "
                  "6=MinutiaDirectionUncertaintyValue"},
    {332, EFS "EFSRidgeCountAlgorithmCode", "1=."},
    {333, EFS "EFSRidgeCountItem*",
     "1=Minutia# 2=MinutiaReference# 3=RidgeCountValue 4=MinutiaeRidgeCountOctantNumeric "
     "5=MinutiaeRidgeCountResidualCode"},
    {335, EFS "MinutiaeRidgeCountConfidence*",
     "1=MinutiaLocationPoint/ImageLocationHorizontalCoordinateMeasure "
     "2=MinutiaLocationPoint/ImageLocationVerticalCoordinateMeasure "
     "3=MinutiaLocationReferencePoint/ImageLocationHorizontalCoordinateMeasure "
     "4=MinutiaLocationReferencePoint/ImageLocationVerticalCoordinateMeasure "
     "5=MinutiaeRidgeCountMethodCode 6=MinutiaeRidgeCountConfidenceValue"},
    {346, EFS "MinutiaeNoDotsPresentIndicator", "1=."},
    {340, EFS "MinutiaeDot*", PUENTE_POINT " 3=MinutiaeDotLengthMeasure"},
    {347, EFS "MinutiaeNoIncipientRidgesPresentIndicator", "1=."},
    {341, EFS "MinutiaeIncipientRidge*",
     "1=MinutiaLocationPoint/ImageLocationHorizontalCoordinateMeasure "
     "2=MinutiaLocationPoint/ImageLocationVerticalCoordinateMeasure "
     "3=MinutiaLocationReferencePoint/ImageLocationHorizontalCoordinateMeasure "
     "4=MinutiaLocationReferencePoint/ImageLocationVerticalCoordinateMeasure"},
    {348, EFS "MinutiaeNoCreasesPresentIndicator", "1=."},
    {342, EFS "MinutiaeFlexionCrease*",
     "1=MinutiaLocationPoint/ImageLocationHorizontalCoordinateMeasure "
     "2=MinutiaLocationPoint/ImageLocationVerticalCoordinateMeasure "
     "3=MinutiaLocationReferencePoint/ImageLocationHorizontalCoordinateMeasure "
     "4=MinutiaLocationReferencePoint/ImageLocationVerticalCoordinateMeasure 5=MinutiaeFlexionCreaseCategoryCode"},
    {349, EFS "MinutiaeNoRidgeEdgeFeaturesPresentIndicator", "1=."},
    {343, EFS "MinutiaeRidgeEdgeOrDiscontinuity*", PUENTE_POINT " 3=MinutiaeRidgeEdgeOrDiscontinuityCategoryCode"},
    {344, EFS "MinutiaeNoPoresPresentIndicator", "1=."},
    {345, EFS "MinutiaePore*", PUENTE_POINT},
    {350, EFS "MinutiaeFeatureDetection*",
     "1=MinutiaeFeatureDetectionFieldListText 2=MinutiaeFeatureDetectionMethodCode 3=MinutiaeAlgorithmVendor# "
     "4=MinutiaeAlgorithm# 6=MinutiaeExaminer/nc:PersonName/nc:PersonGivenName "
     "5=MinutiaeExaminer/nc:PersonName/nc:PersonSurName 7=MinutiaeExaminerAffiliation/nc:OrganizationName "
     "8=MinutiaeFeatureDetectionDateTime/nc:DateTime 9=MinutiaeCommentText"},
    {351, EFS "MinutiaeCommentText", "1=."},
    {352, EFS "LatentProcessingCategoryCode*", "1=."},
    {353, EFS "MinutiaeValueAssessment",
     "1=MinutiaeValueAssessmentResultCode 3=MinutiaeExaminer/nc:PersonName/nc:PersonGivenName "
     "2=MinutiaeExaminer/nc:PersonName/nc:PersonSurName 4=MinutiaeExaminerAffiliation/nc:OrganizationName "
     "5=MinutiaeValueAssessmentDateTime/nc:DateTime 7=MinutiaeAnalysisComplexityCode 6=MinutiaeCommentText"},
    {354, EFS "MinutiaeFraudEvidence*", "1=MinutiaeFraudEvidenceCategoryCode 2=MinutiaeCommentText"},
    {355, EFS "MinutiaeLatentSubstrate*",
     "1=MinutiaeLatentSubstrateCategoryCode 2=MinutiaeLatentSubstrateDescriptionText"},
    {356, EFS "MinutiaeLatentMatrix*", "1=MinutiaeLatentMatrixCategoryCode 2=MinutiaeCommentText"},
    {357, EFS "MinutiaeLocalQualityIssues*",
     "1=MinutiaeLocalQualityIssuesCategoryCode 2~=" PUENTE_POLYGON " 3=MinutiaeCommentText"},
    {360, EFS "FrictionRidgeImageAreaOfCorrespondence*",
     "1=ImageReference# 2~=" PUENTE_POLYGON " 3=MinutiaeCommentText"},
    {361, EFS "MinutiaeFeatureCorrespondence*",
     "1=MinutiaeFeature# 2=MinutiaeFeatureCorrespondenceCategoryCode 3=MinutiaeFeatureCategoryCode "
     "4=MinutiaeFeatureReference# 5=ImageLocationHorizontalCoordinateMeasure 6=ImageLocationVerticalCoordinateMeasure "
     "7=MinutiaeCommentText"},
    {362, EFS "MinutiaeExaminerComparisonDetermination*",
     "1=ImageReference# 2=MinutiaeExaminerComparisonDeterminationResultCode 3=MinutiaeExaminerProgressCode "
     "5=MinutiaeExaminer/nc:PersonName/nc:PersonGivenName 4=MinutiaeExaminer/nc:PersonName/nc:PersonSurName "
     "6=MinutiaeExaminerAffiliation/nc:OrganizationName "
     "7=MinutiaeExaminerComparisonDeterminationDateTime/nc:DateTime 9=MinutiaeComparisonComplexityCode "
     "8=MinutiaeCommentText"},
    {363, EFS "FrictionRidgeImageRelativeRotation*", "1=ImageReference# 2=ImageRelativeOverallRotationValue"},
    {372, EFS "FrictionRidgeSkeletonizedImageBinaryObject", "1=."},
    {373, EFS "MinutiaeImageRidgePathRepresentation/MinutiaeRidgePathSegment*", "1~=" PUENTE_VERTICES},
    {380, EFS "EFSTemporaryLine*",
     PUENTE_POINT " 3=ImageLocationHorizontalCoordinateMeasure[2] 4=ImageLocationVerticalCoordinateMeasure[2] "
                  "5=FeatureLineColorValue 6=FeatureLineThicknessValue"},
    {381, EFS "EFSFeatureColor*",
     "1=FeatureColorFieldReferencedCode 2=FeatureColorFieldOccurenceReferenced 3=FeatureColorHexidecimalValue "
     "4=FeatureColorCommentText"},
};

// An image's place and time of capture, types 10 and up. Types 13 to 17 have the bits of a pixel before it.
constexpr Row kImageData[] = {
    {999, "@", "1=nc:BinaryBase64Object"},
};
constexpr Row kBits[] = {
    {12, "@", "1=ImageBitsPerPixelQuantity"},
};
constexpr Row kLocation[] = {
    {998, "@/ImageCaptureDetail",
     "13=CaptureLocation/nc:LocationDescriptionText "
     "8=CaptureLocation/nc:LocationGeographicElevation/nc:MeasurePointValue "
     "2=CaptureLocation/LocationTwoDimensionalGeographicCoordinate/nc:GeographicCoordinateLatitude/"
     "nc:LatitudeDegreeValue "
     "3=CaptureLocation/LocationTwoDimensionalGeographicCoordinate/nc:GeographicCoordinateLatitude/"
     "nc:LatitudeMinuteValue "
     "4=CaptureLocation/LocationTwoDimensionalGeographicCoordinate/nc:GeographicCoordinateLatitude/"
     "nc:LatitudeSecondValue "
     "5=CaptureLocation/LocationTwoDimensionalGeographicCoordinate/nc:GeographicCoordinateLongitude/"
     "nc:LongitudeDegreeValue "
     "6=CaptureLocation/LocationTwoDimensionalGeographicCoordinate/nc:GeographicCoordinateLongitude/"
     "nc:LongitudeMinuteValue "
     "7=CaptureLocation/LocationTwoDimensionalGeographicCoordinate/nc:GeographicCoordinateLongitude/"
     "nc:LongitudeSecondValue "
     "9=CaptureLocation/LocationTwoDimensionalGeographicCoordinate/"
     "GeodeticDatumCoordinateSystemCode|GeodeticDatumCoordinateSystemName "
     "11=CaptureLocation/nc:LocationUTMCoordinate/nc:UTMEastingValue "
     "10=CaptureLocation/nc:LocationUTMCoordinate/nc:UTMGridZoneID "
     "12=CaptureLocation/nc:LocationUTMCoordinate/nc:UTMNorthingValue "
     "14=CaptureLocation/LocationAlternateGeographicSystemValue/GeographicLocationSystemName "
     "15=CaptureLocation/LocationAlternateGeographicSystemValue/GeographicLocationText "
     "1=CaptureUTCDateTime/nc:DateTime"},
};
constexpr Row kDate[] = {
    {5, "@/ImageCaptureDetail/CaptureDate", "1=nc:Date|nc:DateTime"},
};
constexpr Row kEstimate[] = {
    {34, "@/ImageCaptureDetail", "1=ImageCaptureDateEstimateRange"},
};
constexpr Row kDevice[] = {
    {903, "@/ImageCaptureDetail", "1=CaptureDevice#"},
    {904, "@/ImageCaptureDetail", "1=CaptureDeviceMakeText 2=CaptureDeviceModelText 3=CaptureDeviceSerialNumberText"},
    {16, "@/ImageCaptureDetail", "1=CaptureHorizontalPixelDensityValue"},
};
constexpr Row kOrganization[] = {
    {4, "@/ImageCaptureDetail/CaptureOrganization", "1=nc:Organization#"},
    {993, "@/ImageCaptureDetail/CaptureOrganization", "1=nc:OrganizationName"},
    {47, "@/ImageCaptureDetail/CaptureOrganization", "1=nc:OrganizationUnitName"},
};
constexpr Row kVertical[] = {
    {17, "@/ImageCaptureDetail", "1=CaptureVerticalPixelDensityValue"},
};
constexpr Row kMonitoring[] = {
    {30, "@/ImageCaptureDetail", "1=CaptureDeviceMonitoringModeCode"},
};
constexpr Row kSizes[] = {
    {11, "@", "1=ImageCompressionAlgorithmText"},
    {6, "@", "1=ImageHorizontalLineLengthPixelQuantity"},
    {9, "@", "1=ImageHorizontalPixelDensityValue"},
};
constexpr Row kQualityOfImage[] = {
    {24, "@/ImageQuality*", PUENTE_QUALITY_ITEMS(1, 2, 3)},
};
constexpr Row kSizesGoOn[] = {
    {8, "@", "1=ImageScaleUnitsCode"},
    {7, "@", "1=ImageVerticalLineLengthPixelQuantity"},
    {10, "@", "1=ImageVerticalPixelDensityValue"},
};

constexpr Row kSizesGoOn10[] = {
    {8, "@", "1=ImageScaleUnitsCode"},
    {3, "@", "1=ImageCategoryCode"},
    {7, "@", "1=ImageVerticalLineLengthPixelQuantity"},
    {10, "@", "1=ImageVerticalPixelDensityValue"},
};
constexpr Row kColor10[] = {
    {12, "@", "1=ImageColorSpaceCode"},
    {38, "@", "1=ImageCommentText"},
};
constexpr Row kType10[] = {
    {18, "@/ImageDistortion",
     "1=ImageDistortionCategoryCode 2=ImageDistortionMeasurementCode 3=ImageDistortionSeverityCode"},
    {25, "@/FaceImage3DPoseAngle",
     "2=PosePitchAngleMeasure 5=PosePitchUncertaintyValue 3=PoseRollAngleMeasure 6=PoseRollUncertaintyValue "
     "1=PoseYawAngleMeasure 4=PoseYawUncertaintyValue"},
    {13, "@", "1=FaceImageAcquisitionProfileCode"},
    {22, "@/FaceImageAttribute*", "1=FaceImageAttributeCode 2=FaceImageAttributeText"},
    {26, "@/FaceImageDescriptionCode|FaceImageDescriptionText*", "1=."},
    {27, "@/FaceImageEyeColorAttributeCode*", "1=."},
    {29, "@/FaceImageFeaturePoint*",
     "3=FeaturePointHorizontalCoordinateValue 2=FeaturePoint# 1=FeaturePointCategoryCode "
     "4=FeaturePointVerticalCoordinateValue"},
    {28, "@/FaceImageHairColorAttributeCode*", "1=."},
    {21, "@", "1=FaceImagePoseOffsetAngleMeasure"},
    {20, "@", "1=FaceImageSubjectPoseCode"},
    {23, "@/FaceImageAcquisitionSource", "1=CaptureSourceCode 2=CaptureSourceDescriptionText"},
    {14, "@/FaceImageBoundingSquare",
     "5=FaceImageBoundingCategoryCode 4=SegmentBottomVerticalCoordinateValue 1=SegmentLeftHorizontalCoordinateValue "
     "2=SegmentRightHorizontalCoordinateValue 3=SegmentTopVerticalCoordinateValue"},
    {15, "@/FaceImageBoundary", "1=FaceImageBoundaryShapeCode 2=PositionPolygonVertexQuantity 3+=" PUENTE_VERTEX},
    {19, "@/FaceImageLightingArtifactsCode*", "1=."},
    {31, "@", "1=FaceImageFeaturePointTierCode|FaceImageFeaturePointTierNumeric"},
    {32, "@/FaceImage3DFeaturePoint*",
     "3=FeaturePointHorizontalCoordinateValue 2=FeaturePoint# 1=FeaturePointCategoryCode "
     "4=FeaturePointVerticalCoordinateValue 5=FeaturePointZCoordinateValue"},
    {33, "@/FaceImageContour*", "1=FaceImageContourCategoryCode 2=PositionPolygonVertexQuantity 3+=" PUENTE_VERTEX},
    {45, "@/FaceImageOcclusion*",
     "1=FaceImageOcclusionOpacityCode 2=FaceImageOcclusionCategoryCode 3=PositionPolygonVertexQuantity "
     "4+=" PUENTE_VERTEX},
    {43, "@/PhysicalFeatureDescriptionDetail*",
     "1=PhysicalFeatureColorDetail/PhysicalFeaturePrimaryColorCode "
     "2+=PhysicalFeatureColorDetail/PhysicalFeatureSecondaryColorCode"},
    {42, "@/PhysicalFeatureDescriptionDetail*",
     "1=PhysicalFeatureCategoryCode 2=PhysicalFeatureClassCode 4=PhysicalFeatureDescriptionText "
     "3=PhysicalFeatureSubClassCode"},
    {40, "@/PhysicalFeatureNCICCode*", "1=."},
    {41, "@/PhysicalFeatureSize", "1=PhysicalFeatureHeightMeasure 2=PhysicalFeatureWidthMeasure"},
    {39, "@", "1=PhysicalFeatureReference#"},
    {44, "@/ImageTransformationCode*", "1=."},
    {46, "@/SubjectExistentialDetails",
     "1=SubjectExistentialStatusCode 2=SubjectBodyStatusCode 3=SubjectBodyClassCode"},
    {50, "@/DentalVisualImageDataInformation",
     "1=DentalVisualImageCode 2=DentalVisualImageDescriptiveText 3=DentalVisualImageComparisonDescriptiveText"},
    {51, "@/RulerScalePresenceInformation", "1=RulerScaleUnitCode 2=RulerScaleMakeText 3=RulerScaleModelText"},
};

constexpr Row kComment[] = {
    {20, "@", "1=ImageCommentText"},
};
constexpr Row kImpression[] = {
    {3, "@", "1=FingerprintImageImpressionCaptureCategoryCode"},
    {901, "@", "1=FrictionRidgeCaptureTechnology"},
};
constexpr Row kJoint[] = {
    {14, "@/FingerprintImageMajorCasePrint", "1=FingerPositionCode 2=MajorCasePrintCode"},
    {15, "@/FingerprintImageMajorCasePrint/MajorCasePrintSegmentOffset*",
     "6=SegmentBottomVerticalCoordinateValue 2=SegmentLocationCode 1=SegmentFingerViewCode "
     "3=SegmentLeftHorizontalCoordinateValue 4=SegmentRightHorizontalCoordinateValue "
     "5=SegmentTopVerticalCoordinateValue"},
};
constexpr Row kType13[] = {
    {24, "@/FrictionRidgeImageQuality|FingerprintImageQuality|PalmprintImageQuality|PlantarImageQuality*",
     "1=" PUENTE_POSITION " " PUENTE_QUALITY_ITEMS(2, 3, 4)},
    {18, "@",
     "1=RulerScalePresenceInformation/RulerScaleUnitCode 2=RulerScalePresenceInformation/RulerScaleMakeText "
     "3=RulerScalePresenceInformation/RulerScaleModelText 4=StandardFingerprintFormNumberText"},
    {19, "@/ResolutionMethodInformation",
     "1=ResolutionMeansCode 2=ResolutionScaleLength 3=ResolutionScaleUnitCode 4=ResolutionScaleXCoordinateA "
     "5=ResolutionScaleYCoordinateA 6=ResolutionScaleXCoordinateB 7=ResolutionScaleYCoordinateB "
     "8=ResolutionCommentText"},
    {46, "@/SubjectExistentialDetails",
     "1=SubjectExistentialStatusCode 2=SubjectBodyStatusCode 3=SubjectBodyClassCode"},
};
constexpr Row kPosition13[] = {
    {13, "@/" PUENTE_POSITION "*", "1=."},
};
constexpr Row kPosition14[] = {
    {13, "@", "1=" PUENTE_FINGER},
};
constexpr Row kSimultaneous[] = {
    {26, "@/ImageCaptureDetail", "1=Capture#"},
};
constexpr Row kType14[] = {
    {18, "@/FingerprintImageFingerMissing*", "1=FingerPositionCode 2=FingerMissingCode"},
    {21, "@/FingerprintImageSegmentPositionSquare*", "1=FingerPositionCode " PUENTE_BOX},
    {22, "@/FingerprintImageNISTQuality*", "1=FingerPositionCode 2=NISTQualityMeasure"},
    {23, "@/FingerprintImageSegmentationQuality*", "1=FingerPositionCode " PUENTE_QUALITY_ITEMS(2, 3, 4)},
    {24, "@/FingerprintImageQuality*", "1=FingerPositionCode " PUENTE_QUALITY_ITEMS(2, 3, 4)},
    {25, "@/FingerprintImageSegmentPositionPolygon*",
     "1=FingerPositionCode 2=PositionPolygonVertexQuantity 3+=" PUENTE_VERTEX},
    {31, "@", "1=FingerprintImageAcquisitionProfileCode"},
    {27, "@", "1=FingerprintImageStitchedIndicator"},
    {46, "SubjectExistentialDetails", "1=SubjectExistentialStatusCode 2=SubjectBodyStatusCode 3=SubjectBodyClassCode"},
};
constexpr Row kType15[] = {
    {13, "@", "1=" PUENTE_PALM},
    {18, "@/PalmprintImageMissingArea*", "1=PalmPositionCode 2=PalmMissingAreaReasonCode"},
    {24, "@/PalmprintImageQuality*", "1=PalmPositionCode " PUENTE_QUALITY_ITEMS(2, 3, 4)},
    {21, "FrictionRidgeImageSegmentPositionSquare*", "1=PalmPositionCode " PUENTE_BOX},
    {46, "SubjectExistentialDetails", "1=SubjectExistentialStatusCode 2=SubjectBodyStatusCode 3=SubjectBodyClassCode"},
};

constexpr Row kType16[] = {
    {3, "@", "1=nc:BinaryDescriptionText"},
};
constexpr Row kColor[] = {
    {13, "@", "1=ImageColorSpaceCode"},
};

constexpr Row kDevice17[] = {
    {17, "@/ImageCaptureDetail", "1=CaptureDevice#"},
    {17, "@/IrisImageCapture", "1=CaptureDevice#", true},
    {19, "@/ImageCaptureDetail", "1=CaptureDeviceMakeText 2=CaptureDeviceModelText 3=CaptureDeviceSerialNumberText"},
    {19, "@/IrisImageCapture", "1=CaptureDeviceMakeText 2=CaptureDeviceModelText 3=CaptureDeviceSerialNumberText",
     true},
    {18, "@/IrisImageCapture", "1=CaptureDeviceGlobal#", true},
    {22, "@/ImageCaptureDetail", "1=CaptureHorizontalPixelDensityValue"},
};
constexpr Row kVertical17[] = {
    {23, "@/ImageCaptureDetail", "1=CaptureVerticalPixelDensityValue"},
};
constexpr Row kColor17[] = {
    {13, "@", "1=ImageColorSpaceCode"},
    {21, "@", "1=ImageCommentText"},
};
#define PUENTE_BOUNDARY                                   \
  "1=IrisBoundaryShapeCode 2=ImageFeatureVertexQuantity " \
  "3+=ImageFeatureVertex(PositionHorizontalCoordinateValue,PositionVerticalCoordinateValue)"
constexpr Row kType17[] = {
    {3, "@", "1=IrisEyePositionCode"},
    {14, "@", "1=IrisEyeRotationAngleText|IrisEyeRotationAngleMeasure"},
    {15, "@", "1=IrisEyeRotationUncertaintyValueText"},
    {16, "@/IrisImageCapture",
     "1=IrisImageHorizontalOrientationCode 3=IrisImageScanCategoryCode 2=IrisImageVerticalOrientationCode"},
    {20, "@", "1=IrisEyeColorAttributeCode"},
    {25, "@/IrisImageAcquisitionLightingSpectrum", "1=AcquisitionLightingSpectrumCode"},
    {25, "@", "1=IrisImageAcquisitionLightingSpectrumValue", true},
    {27, "@/IrisImageAcquisitionLightingSpectrum",
     "1=AcquisitionLightingSpectrumLowerMeasure 2=AcquisitionLightingSpectrumUpperMeasure"},
    {26, "@", "1=IrisDiameterPixelQuantity"},
    {28, "@", "1=IrisImageMissingReasonCode"},
    {31, "@", "1=IrisImageAcquisitionProfileCode"},
    {32, "@", "1=IrisImageStorageFormatCode"},
    {33, "@/IrisImageIrisPupilBoundary", PUENTE_BOUNDARY},
    {34, "@/IrisImageIrisScleraBoundary", PUENTE_BOUNDARY},
    {35, "@/IrisImageIrisUpperEyelidBoundary", PUENTE_BOUNDARY},
    {36, "@/IrisImageIrisLowerEyelidBoundary", PUENTE_BOUNDARY},
    {37, "@/IrisImageOcclusion*",
     "1=IrisImageOcclusionOpacityCode 2=IrisImageOcclusionCategoryCode 3=ImageFeatureVertexQuantity "
     "4+=ImageFeatureVertex(PositionHorizontalCoordinateValue,PositionVerticalCoordinateValue)"},
    {40, "@", "1=IrisImageRangeMeasure"},
    {41, "@", "1=IrisImageGazeAngleMeasure"},
};

constexpr Row kType98[] = {
    {3, "", "1=AssuranceFormatOwner#"},
    {4, "AssuranceOrganization", "1=nc:Organization#"},
    {993, "AssuranceOrganization", "1=nc:OrganizationName"},
    {5, "", "1=AssuranceFormat#"},
    {6, "AssuranceDateTime", "1=nc:DateTime"},
    {900, "AssuranceLogEntry*",
     "1=AssuranceLogEventCode 2=AssuranceLogEventReasonText 3=AssuranceLogEventLocationText 4=AssuranceLogAgentText "
     "5=AssuranceLogEventOriginalValueText"},
    {901, "", "1=AssuranceAuditRevision#"},
};

constexpr Row kCapture99[] = {
    {5, "@/ImageCaptureDetail/CaptureDate", "1=nc:DateTime|nc:Date"},
};
constexpr Row kType99[] = {
    {102, "@/ImageQuality*", PUENTE_QUALITY_ITEMS(1, 2, 3)},
    {103, "@", "1=CBEFFFormatOwner#"},
    {104, "@", "1=CBEFFFormatCategory#"},
    {100, "@", "1=CBEFFVersion#"},
    {101, "@", "1=CBEFFCategoryCode"},
};

const std::vector<RecordMap>& maps() {
  static const std::vector<RecordMap> kMaps = {
      {1, "PackageInformationRecord", "", {kType1}},
      {2, "PackageDescriptiveTextRecord", "", {kHeader}},
      {3, "PackageLowResolutionGrayscaleImageRecord", "FingerprintImage", {kHeader, kGray}},
      {4, "PackageHighResolutionGrayscaleImageRecord", "FingerprintImage", {kHeader, kGray}},
      {5, "PackageLowResolutionBinaryImageRecord", "FingerprintImage", {kHeader, kGray}},
      {6, "PackageHighResolutionBinaryImageRecord", "FingerprintImage", {kHeader, kGray}},
      {7, "PackageUserDefinedImageRecord", "", {kHeader}},
      {8, "PackageSignatureImageRecord", "SignatureImage", {kHeader, kType8}},
      {9, "PackageMinutiaeRecord", "", {kHeader, kType9, kExtended}},
      {10,
       "PackageFacialAndSMTImageRecord",
       "FaceImage|PhysicalFeatureImage",
       {kHeader, kImageData, kLocation, kDate, kEstimate, kDevice, kOrganization, kVertical, kMonitoring, kColor10,
        kSizes, kQualityOfImage, kSizesGoOn10, kType10}},
      {11, "PackageVoiceDataRecord", "", {kHeader}},
      {12, "PackageForensicDentalDataRecord", "", {kHeader}},
      {13,
       "PackageLatentImageRecord",
       "FrictionRidgeImage|FingerImpressionImage|FingerprintImage|PalmprintImage|PlantarImage",
       {kHeader, kImageData, kBits, kLocation, kDate, kDevice, kOrganization, kVertical, kComment, kSizes, kSizesGoOn,
        kImpression, kPosition13, kJoint, kType13}},
      {14,
       "PackageFingerprintImageRecord",
       "FingerImpressionImage|FingerprintImage",
       {kHeader, kImageData, kBits, kLocation, kDate, kDevice, kOrganization, kVertical, kMonitoring, kSimultaneous,
        kComment, kSizes, kSizesGoOn, kImpression, kPosition14, kJoint, kType14}},
      {15,
       "PackagePalmprintImageRecord",
       "PalmprintImage|PalmImpressionImage",
       {kHeader, kImageData, kBits, kLocation, kDate, kDevice, kOrganization, kVertical, kMonitoring, kComment, kSizes,
        kSizesGoOn, kImpression, kType15}},
      {16,
       "PackageUserDefinedTestingImageRecord",
       "TestImage",
       {kHeader, kImageData, kType16, kBits, kLocation, kDate, kDevice, kOrganization, kVertical, kMonitoring, kColor,
        kComment, kSizes, kQualityOfImage, kSizesGoOn}},
      {17,
       "PackageIrisImageRecord",
       "IrisImage",
       {kHeader, kImageData, kBits, kLocation, kDate, kDevice17, kOrganization, kVertical17, kMonitoring, kColor17,
        kSizes, kQualityOfImage, kSizesGoOn, kType17}},
      {18, "PackageDNARecord", "", {kHeader}},
      {19, "PackagePlantarImageRecord", "", {kHeader}},
      {20, "PackageSourceRepresentationRecord", "", {kHeader}},
      {21, "PackageAssociatedContextRecord", "", {kHeader}},
      {22, "PackageNonPhotographicImageryRecord", "", {kHeader}},
      {98, "PackageInformationAssuranceRecord", "", {kHeader, kType98}},
      {99,
       "PackageCBEFFBiometricDataRecord",
       "CBEFFImage",
       {kHeader, kImageData, kLocation, kCapture99, kDevice, kOrganization, kType99}},
  };
  return kMaps;
}

}  // namespace

const RecordMap* map_of(int type) {
  const auto found = std::find_if(maps().begin(), maps().end(), [=](const RecordMap& m) { return m.type == type; });
  return found == maps().end() ? nullptr : &*found;
}

const RecordMap* map_of(std::string_view package) {
  const auto found =
      std::find_if(maps().begin(), maps().end(), [=](const RecordMap& m) { return m.package == package; });
  return found == maps().end() ? nullptr : &*found;
}

}  // namespace puente::format::niem
